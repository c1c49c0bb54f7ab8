using System.Globalization;
using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.Formats;
using LoraMesh.Model;
using LoraMesh.Trainer;
using LoraMesh.Trainer.Training;

namespace LoraMesh.Benchmarks.Training;

/// <summary>Memory and tokens per processor second of four trainings by turns on one base beside one, each in a process of its own.</summary>
internal static class JobsBenchmark
{
    private const int Jobs = 4;
    private const int Steps = 3;
    private const int Rows = 4;
    private const int Width = 512;

    private static readonly RandomLlama Model = new(Hidden: 768, Inner: 2048, Layers: 12, Heads: 12, KeyHeads: 4, Vocabulary: 8192);

    /// <summary>Runs it, or with <c>--child</c> some trainings.</summary>
    /// <returns>0 done, 2 the command was wrong.</returns>
    internal static int Run(ReadOnlySpan<string> arguments)
    {
        switch (arguments)
        {
            case ["--child", var jobs, var folder]:
                Train(int.Parse(jobs, CultureInfo.InvariantCulture), folder);
                return 0;
            case [] or ["--json"]:
                Compare(json: arguments is ["--json"]);
                return 0;
            default:
                Console.Error.WriteLine("jobs [--json] is what is understood.");
                return 2;
        }
    }

    private static void Compare(bool json)
    {
        var folder = Directory.CreateTempSubdirectory("loramesh-jobs-").FullName;
        try
        {
            Model.Write(folder);
            var (one, four) = (Measure(1, folder), Measure(Jobs, folder));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"1 job    {one.Peak / 1e9:0.00} GB   {one.Pace:0} tokens per processor second"));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Jobs} jobs   {four.Peak / 1e9:0.00} GB   {four.Pace:0} tokens per processor second"));
            if (json)
            {
                Console.WriteLine(JsonSerializer.Serialize(new { jobs = Jobs, memory_vs_one = four.Peak / one.Peak, speed_vs_one = four.Pace / one.Pace }));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static (double Peak, double Pace) Measure(int jobs, string folder) => OwnProcess.Measure("jobs", "--child", jobs.ToString(CultureInfo.InvariantCulture), folder);

    private static void Train(int jobs, string folder)
    {
        var bases = new SharedBases();
        using var turn = new ComputeTurn();
        turn.Take(() => TorchRuntime.Initialize(threads: 1), default);
        using var ready = new Barrier(jobs);
        var before = TimeSpan.Zero;
        var threads = Enumerable.Range(0, jobs).Select(job => new Thread(() => One(job))).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        var seconds = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
        Console.Write(string.Create(CultureInfo.InvariantCulture, $"{ProcessMemory.Peak} {jobs * Steps * Rows * Width / seconds}"));

        void One(int job)
        {
            var config = new TrainingConfig { Bf16 = true, LoraDropout = 0, R = 16, LoraAlpha = 32, MaxSteps = 100, LearningRate = 1e-4, PerDeviceTrainBatchSize = Rows, Seed = job };
            var random = new Random(job);
            TokenRow[] rows = [.. Enumerable.Range(0, Rows).Select(_ => Enumerable.Range(0, Width).Select(_ => random.Next(Model.Vocabulary)).ToArray()).Select(ids => new TokenRow(ids, ids))];
            using var run = turn.Take(() => new TrainingRun(folder, new SupervisedData(TokenShard.Of(rows, [[.. Enumerable.Range(0, Rows)]]), config), config, "random", memoryBytes: long.MaxValue, bases: bases), default);

            // The first step compiles and allocates; nobody is done before all have been under way together.
            turn.Take(() => run.Next(), default);
            ready.SignalAndWait();
            if (job == 0)
            {
                before = Environment.CpuUsage.TotalTime;
            }

            ready.SignalAndWait();
            for (var step = 0; step < Steps; step++)
            {
                turn.Take(() => run.Next(), default);
            }

            ready.SignalAndWait();
        }
    }
}
