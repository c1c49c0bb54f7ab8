using System.Diagnostics;
using System.Globalization;
using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Building;
using LoraMesh.Formats;
using LoraMesh.Model;
using LoraMesh.Text;
using LoraMesh.Trainer.Training;

namespace LoraMesh.Benchmarks.Training;

/// <summary>
/// LoRA beside full fine-tuning of the same base on the same rows: loss on rows that neither has seen, processor time, memory, and
/// the size of what is made. Full fine-tuning has a tenth of LoRA's rate (Schulman and others, 2025, "LoRA Without Regret").
/// </summary>
internal static class FullBenchmark
{
    private const int Tokens = 1024;
    private const double HeldOut = 0.15;
    private const double Rate = 2e-3;

    /// <summary>Runs both, or with <c>--child</c> one.</summary>
    /// <returns>0 done, 2 the command was wrong.</returns>
    internal static int Run(string[] arguments)
    {
        switch (arguments)
        {
            case ["--child", var method, var model, var rows, var count]:
                Train(method, model, rows, int.Parse(count, CultureInfo.InvariantCulture));
                return 0;
            case [var model, var rows, var count] when int.TryParse(count, out var steps) && steps > 0:
                Console.WriteLine("method   held-out loss: before    after   processor s   peak MB   artefact MB");
                foreach (var method in (string[])["lora", "full"])
                {
                    Console.WriteLine(Measure(method, model, rows, steps));
                }

                return 0;
            default:
                Console.Error.WriteLine("full MODEL ROWS STEPS is what is understood.");
                return 2;
        }
    }

    private static string Measure(string method, string model, string rows, int steps)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(start.FileName).Equals("dotnet", StringComparison.OrdinalIgnoreCase))
        {
            start.ArgumentList.Add(typeof(FullBenchmark).Assembly.Location);
        }

        foreach (var argument in (string[])["full", "--child", method, model, rows, steps.ToString(CultureInfo.InvariantCulture)])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var answer = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? answer.Trim() : throw new InvalidOperationException($"'{method}' ended with {process.ExitCode}; its message is above.");
    }

    private static void Train(string method, string folder, string path, int steps)
    {
        TorchRuntime.Initialize(threads: 1);
        var rows = RowFile.Read(path, folder, CancellationToken.None).Rows;
        var train = rows.Take((int)(rows.Count * (1 - HeldOut))).ToList();
        var test = rows.Skip(train.Count).ToList();
        var output = Directory.CreateTempSubdirectory("loramesh-full-").FullName;
        try
        {
            var (before, after, cpu) = method == "lora" ? Lora(folder, train, test, steps, output) : Full(folder, train, test, steps, output);
            var bytes = Directory.EnumerateFiles(output, "*.safetensors").Sum(file => new FileInfo(file).Length);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{method,-6}{before,26:0.0000}{after,9:0.0000}{cpu,14:0.0}{ProcessMemory.Peak / 1e6,10:0}{bytes / 1e6,14:0.0}"));
        }
        finally
        {
            Directory.Delete(output, recursive: true);
        }
    }

    private static (double Before, double After, double Cpu) Lora(string folder, List<TokenRow> train, List<TokenRow> test, int steps, string output)
    {
        var config = new TrainingConfig { MaxSteps = steps, LearningRate = Rate, LoraDropout = 0, Shuffle = false, TokensPerBatch = Tokens };
        var data = new SupervisedData(TokenShard.Of(train, Packs(train)), config);
        var started = Environment.CpuUsage.TotalTime;
        using (var run = new TrainingRun(folder, data, config, "base"))
        {
            while (!run.IsDone)
            {
                run.Next();
            }

            run.Save(output);
        }

        var cpu = (Environment.CpuUsage.TotalTime - started).TotalSeconds;
        using var model = CausalLm.Load(folder);
        using var adapter = LoraAdapter.Load(output, model.Config);
        return (Loss(model, null, test), Loss(model, adapter, test), cpu);
    }

    private static (double Before, double After, double Cpu) Full(string folder, List<TokenRow> train, List<TokenRow> test, int steps, string output)
    {
        using var model = TrainableBase.Load(folder);
        var before = Loss(model.Model, null, test);
        var packs = Packs(train);
        var schedule = new LearningRateSchedule("cosine", Rate / 10, (int)Math.Ceiling(steps * 0.05), steps);
        using var optimizer = new AdamW(model.Parameters, model.Gradients);
        var started = Environment.CpuUsage.TotalTime;
        for (var step = 0; step < steps; step++)
        {
            var (batch, labels) = Batch(packs[step % packs.Count].Select(row => train[row]));
            model.ZeroGradients();
            SftObjective.AddGradients(model.Model, null, batch, labels, SftObjective.SupervisedTokens(batch, labels));
            SftObjective.ClipGradients(model.Gradients, 1);
            optimizer.Step(schedule.At(step));
        }

        var cpu = (Environment.CpuUsage.TotalTime - started).TotalSeconds;
        model.SaveBFloat16(Path.Combine(output, "model.safetensors"));
        return (before, Loss(model.Model, null, test), cpu);
    }

    private static IReadOnlyList<IReadOnlyList<int>> Packs(List<TokenRow> rows)
    {
        List<int> lengths = [.. rows.Select(row => row.Ids.Length)];
        return Packing.FirstFitDecreasing(lengths, Math.Max(Tokens, lengths.Max()));
    }

    private static double Loss(CausalLm model, LoraAdapter? adapter, List<TokenRow> rows)
    {
        double sum = 0;
        var tokens = 0;
        foreach (var row in rows)
        {
            var (batch, labels) = Batch([row]);
            sum += SftObjective.LossSum(model, adapter, batch, labels);
            tokens += SftObjective.SupervisedTokens(batch, labels);
        }

        return sum / tokens;
    }

    private static (TokenBatch Batch, int[] Labels) Batch(IEnumerable<TokenRow> rows)
    {
        List<TokenRow> list = [.. rows];
        return (new TokenBatch([.. list.SelectMany(row => row.Ids).Select(id => (long)id)], [.. list.Select(row => row.Ids.Length)]), [.. list.SelectMany(row => row.Labels)]);
    }
}
