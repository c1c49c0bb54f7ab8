using System.Globalization;
using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.Formats;
using LoraMesh.Model;
using LoraMesh.Trainer.Training;
using static TorchSharp.torch;

namespace LoraMesh.Benchmarks.Training;

/// <summary>Two thousand steps of one training: whether a step's time, the process's memory and the number of live tensors stay what they are.</summary>
internal static class SteadyBenchmark
{
    private const int Steps = 2000;
    private const int Block = 200;

    /// <summary>Runs it.</summary>
    internal static void Run(bool json)
    {
        TorchRuntime.Initialize(threads: 1);
        var model = new RandomLlama(Hidden: 128, Inner: 352, Layers: 4, Heads: 4, KeyHeads: 2, Vocabulary: 1024);
        var folder = Directory.CreateTempSubdirectory("loramesh-steady-").FullName;
        try
        {
            model.Write(folder);
            var blocks = Train(model, folder);
            foreach (var (block, (cpu, resident, tensors)) in blocks.Index())
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"steps {(block * Block) + 1,5} to {(block + 1) * Block,5}: {cpu * 1000,7:0.00} ms of processor a step (median) {resident / 1e6,7:0.0} MB {tensors,6} tensors"));
            }

            if (json)
            {
                // The first block compiles.
                Console.WriteLine(JsonSerializer.Serialize(new
                {
                    steps = Steps,
                    time_last_vs_second = blocks[^1].Cpu / blocks[1].Cpu,
                    memory_last_vs_second = (double)blocks[^1].Resident / blocks[1].Resident,
                    tensors_last_minus_second = blocks[^1].Tensors - blocks[1].Tensors,
                }));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static List<(double Cpu, long Resident, long Tensors)> Train(RandomLlama model, string folder)
    {
        var config = new TrainingConfig { R = 8, MaxSteps = Steps, Bf16 = true, TokensPerBatch = 128, EvalStrategy = "steps", EvalSteps = Block };
        var random = new Random(7);
        TokenRow[] rows = [.. Enumerable.Range(0, 200).Select(row => Enumerable.Range(0, 32 + (row % 64)).Select(_ => random.Next(model.Vocabulary)).ToArray()).Select(ids => new TokenRow(ids, ids))];
        using var run = new TrainingRun(folder, new SupervisedData(TokenShard.Of(rows, [.. rows.Select((_, row) => (int[])[row])]), config), config, "random");
        var blocks = new List<(double, long, long)>();
        while (!run.IsDone)
        {
            var seconds = new double[Block];
            for (var step = 0; step < Block; step++)
            {
                var before = Environment.CpuUsage.TotalTime;
                run.Next();
                seconds[step] = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
            }

            GC.Collect();
            GC.WaitForPendingFinalizers();
            blocks.Add((Interleaved.Median(seconds), ProcessMemory.Resident, Tensor.TotalCount));
        }

        return blocks;
    }
}
