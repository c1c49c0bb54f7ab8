using System.Diagnostics;
using System.Globalization;
using LoraMesh.Contracts;
using LoraMesh.Formats;
using LoraMesh.Model;
using LoraMesh.Trainer.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace LoraMesh.Benchmarks.Training;

/// <summary>
/// One side of the comparison, in a process of its own so that its peak memory is its own: does a step at every line that it
/// reads and answers with tokens, wall seconds, processor seconds and peak bytes.
/// </summary>
internal static class TrainingContender
{
    internal const int Rows = 4;
    internal const int Width = 512;
    internal const int Rank = 16;

    /// <summary>Matrix products of one turn of <c>peak</c>; each a layer's width for a whole batch.</summary>
    private const int Products = 20;

    /// <summary>Runs until the input ends.</summary>
    /// <param name="name"><c>own</c>, <c>autograd</c>, <c>short</c>, <c>padded</c> or <c>peak</c>.</param>
    /// <param name="model">Its shape.</param>
    /// <param name="folder">Where it lies.</param>
    /// <param name="threads">Threads for tensor operations.</param>
    internal static void Run(string name, RandomLlama model, string folder, int threads)
    {
        TorchRuntime.Initialize(threads);
        var (tokens, step, done) = name switch
        {
            "peak" => Peak(model),
            "autograd" => Autograd(model, folder),
            _ => Own(name, model, folder),
        };
        using (done)
        {
            while (Console.ReadLine() is not null)
            {
                var (wall, cpu) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
                step();
                var (wallSeconds, cpuSeconds) = (Stopwatch.GetElapsedTime(wall).TotalSeconds, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{tokens} {wallSeconds} {cpuSeconds} {ProcessMemory.Peak}"));
            }
        }
    }

    /// <summary>Floating-point operations of one turn of <c>peak</c>.</summary>
    internal static double PeakOperations(RandomLlama model) => 2.0 * Products * Rows * Width * model.Hidden * model.Inner;

    private static (int Tokens, Action Step, IDisposable Done) Peak(RandomLlama model)
    {
        var scope = NewDisposeScope();
        var x = randn(Rows * Width, model.Hidden).to_type(ScalarType.BFloat16);
        var w = randn(model.Inner, model.Hidden).to_type(ScalarType.BFloat16);
        return (0, Multiply, scope);

        void Multiply()
        {
            for (var product = 0; product < Products; product++)
            {
                nn.functional.linear(x, w).Dispose();
            }
        }
    }

    private static (int Tokens, Action Step, IDisposable Done) Autograd(RandomLlama model, string folder)
    {
        var contender = new AutogradLlama(model, folder, Rank, alpha: 2 * Rank, learningRate: 1e-4);
        var ids = FullRows(model).SelectMany(row => row.Ids).Select(id => (long)id).ToArray();
        return (Rows * Width, () => contender.Step(ids, Rows), contender);
    }

    private static (int Tokens, Action Step, IDisposable Done) Own(string name, RandomLlama model, string folder)
    {
        var real = name == "own" ? FullRows(model) : ShortRows(model);
        // Padding that is scored, so that the engine cannot leave it out.
        var rows = name == "padded" ? [.. real.Take(Rows).Select(row => Padded(row))] : real;
        var config = new TrainingConfig
        {
            R = Rank, LoraAlpha = 2 * Rank, LoraDropout = 0, LearningRate = 1e-4, MaxSteps = int.MaxValue / 2, Shuffle = false, Bf16 = true,
            PerDeviceTrainBatchSize = rows.Count,
        };
        var run = new TrainingRun(folder, new SupervisedData(TokenShard.Of(rows, [[.. Enumerable.Range(0, rows.Count)]]), config), config, "random");
        return (real.Take(rows.Count).Sum(row => row.Ids.Length), () => run.Next(), run);
    }

    private static List<TokenRow> FullRows(RandomLlama model) => RandomRows(model, Enumerable.Repeat(Width, Rows));

    // Lengths around a quarter of the window that fill as many windows as a batch has.
    private static List<TokenRow> ShortRows(RandomLlama model) => RandomRows(model, Enumerable.Range(0, 4 * Rows).Select(row => Width / 4 + 16 * (row % 4) - 24));

    private static List<TokenRow> RandomRows(RandomLlama model, IEnumerable<int> lengths)
    {
        var random = new Random(7);
        return [.. lengths.Select(length => Enumerable.Range(0, length).Select(_ => random.Next(model.Vocabulary)).ToArray()).Select(ids => new TokenRow(ids, ids))];
    }

    private static TokenRow Padded(TokenRow row)
    {
        int[] ids = [.. row.Ids, .. new int[Width - row.Ids.Length]];
        return new TokenRow(ids, ids);
    }
}
