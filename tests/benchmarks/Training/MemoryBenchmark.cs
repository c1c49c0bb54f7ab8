using System.Globalization;
using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.Formats;
using LoraMesh.Model;
using LoraMesh.Trainer.Training;

namespace LoraMesh.Benchmarks.Training;

/// <summary>What <see cref="MemoryPlan"/> says before the first step beside what the process has taken after three, each shape in a process of its own.</summary>
internal static class MemoryBenchmark
{
    private const int Steps = 3;

    private static readonly RandomLlama Large = new(Hidden: 768, Inner: 2048, Layers: 12, Heads: 12, KeyHeads: 4, Vocabulary: 8192);
    private static readonly RandomLlama Small = new(Hidden: 512, Inner: 1408, Layers: 6, Heads: 8, KeyHeads: 4, Vocabulary: 8192);

    private static readonly (string Name, RandomLlama Model, int Rows, int Width, TrainingConfig Config)[] Shapes =
    [
        ("110M bf16 4x512", Large, 4, 512, new() { Bf16 = true, LoraDropout = 0 }),
        ("110M bf16 4x512 again", Large, 4, 512, new() { Bf16 = true, LoraDropout = 0, GradientCheckpointing = true }),
        ("110M nf4 bf16 4x512", Large, 4, 512, new() { Bf16 = true, LoraDropout = 0, LoadIn4bit = true }),
        ("25M bf16 4x512", Small, 4, 512, new() { Bf16 = true, LoraDropout = 0 }),
        ("25M bf16 8x512 dropout", Small, 8, 512, new() { Bf16 = true, LoraDropout = 0.1 }),
        ("25M bf16 1x2048", Small, 1, 2048, new() { Bf16 = true, LoraDropout = 0 }),
        ("25M f32 4x256", Small, 4, 256, new() { LoraDropout = 0 }),
        ("25M f32 4x512 again", Small, 4, 512, new() { LoraDropout = 0, GradientCheckpointing = true }),
    ];

    /// <summary>Runs it, or with <c>--child</c> one shape.</summary>
    /// <returns>0 all within 15 %, 1 not, 2 the command was wrong.</returns>
    internal static int Run(ReadOnlySpan<string> arguments)
    {
        switch (arguments)
        {
            case ["--child", var shape, var folder]:
                Train(int.Parse(shape, CultureInfo.InvariantCulture), folder);
                return 0;
            case [] or ["--json"]:
                return Compare(json: arguments is ["--json"]);
            default:
                Console.Error.WriteLine("memory [--json] is what is understood.");
                return 2;
        }
    }

    private static int Compare(bool json)
    {
        var worst = 0.0;
        for (var shape = 0; shape < Shapes.Length; shape++)
        {
            var folder = Directory.CreateTempSubdirectory("loramesh-memory-").FullName;
            try
            {
                Shapes[shape].Model.Write(folder);
                var (expected, taken) = OwnProcess.Measure("memory", "--child", shape.ToString(CultureInfo.InvariantCulture), folder);
                var error = (expected / taken) - 1;
                worst = Math.Max(worst, Math.Abs(error));
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Shapes[shape].Name,-26}{expected / 1e9,7:0.00} GB said {taken / 1e9,7:0.00} GB taken {error,8:+0.0 %;-0.0 %}"));
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }

        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new { shapes = Shapes.Length, worst_error = worst }));
        }

        return worst <= 0.15 ? 0 : 1;
    }

    private static void Train(int number, string folder)
    {
        TorchRuntime.Initialize(threads: 1);
        var (_, model, count, width, given) = Shapes[number];
        var config = given with { R = 16, LoraAlpha = 32, MaxSteps = 100, LearningRate = 1e-4, PerDeviceTrainBatchSize = count };
        var random = new Random(7);
        TokenRow[] rows = [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, width).Select(_ => random.Next(model.Vocabulary)).ToArray()).Select(ids => new TokenRow(ids, ids))];
        using var run = new TrainingRun(folder, new SupervisedData(TokenShard.Of(rows, [[.. Enumerable.Range(0, count)]]), config), config, "random", memoryBytes: long.MaxValue);
        for (var step = 0; step < Steps; step++)
        {
            run.Next();
        }

        Console.Write(string.Create(CultureInfo.InvariantCulture, $"{run.Memory.Bytes} {ProcessMemory.Peak}"));
    }
}
