using System.Diagnostics;
using LoraMesh.Model;

namespace LoraMesh.Benchmarks;

/// <summary>Time and memory from a folder of safetensors to the first logits: a random Llama of 207 million weights in bf16, 414 MB.</summary>
internal static class LoadBenchmark
{
    private const int Rounds = 5;

    private static readonly RandomLlama Model = new(Hidden: 1024, Inner: 2816, Layers: 12, Heads: 16, KeyHeads: 8, Vocabulary: 32_000);

    public static void Run()
    {
        var folder = Directory.CreateTempSubdirectory("loramesh-load-").FullName;
        try
        {
            Model.Write(folder);
            TorchRuntime.Initialize(threads: 1);
            var bytes = new FileInfo(Path.Combine(folder, "model.safetensors")).Length;
            var before = ProcessMemory.Resident;
            var (open, first) = (new (double Wall, double Cpu)[Rounds], new (double Wall, double Cpu)[Rounds]);
            for (var round = 0; round < Rounds; round++)
            {
                CausalLm? model = null;
                open[round] = Time(() => model = CausalLm.Load(folder));
                first[round] = Time(() =>
                {
                    using var logits = model!.Logits(new TokenBatch([.. Enumerable.Range(1, 16).Select(id => (long)id)], [16]), adapter: null);
                    _ = logits.data<float>()[0];
                });
                model!.Dispose();
            }

            Console.WriteLine($"{bytes / 1e6:0} MB of bf16 weights, in the system's page cache; one thread; medians of {Rounds}");
            Console.WriteLine($"open          {Text(open)}");
            Console.WriteLine($"first logits  {Text(first)}   (16 ids)");
            Console.WriteLine($"resident      {before / 1e6:0} MB before, {ProcessMemory.Peak / 1e6:0} MB at most, mapped pages of the file included");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Text((double Wall, double Cpu)[] times) =>
        $"{Interleaved.Median([.. times.Select(time => time.Wall)]) * 1000,7:0} ms, {Interleaved.Median([.. times.Select(time => time.Cpu)]) * 1000,7:0} ms of processor time";

    private static (double Wall, double Cpu) Time(Action action)
    {
        var (wall, cpu) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        action();
        return (Stopwatch.GetElapsedTime(wall).TotalSeconds, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds);
    }
}
