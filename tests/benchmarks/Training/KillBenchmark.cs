using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.Formats;
using LoraMesh.Trainer;
using LoraMesh.Trainer.Training;

namespace LoraMesh.Benchmarks.Training;

/// <summary>
/// A training that is killed again and again, at random moments, beside one that is left alone: both must end in the same bytes.
/// A micro-batch of several is nearly always under way, and with so short a time between checkpoints so is one of them.
/// </summary>
internal static class KillBenchmark
{
    private const int Steps = 3000;
    private const int LongestLife = 400; // ms after the first step of a life

    private static readonly RandomLlama Model = new(Hidden: 64, Inner: 176, Layers: 2, Heads: 4, KeyHeads: 2, Vocabulary: 512);

    /// <summary>Runs it, or with <c>--child</c> one life of the training.</summary>
    /// <returns>0 all the same, 1 not, 2 the command was wrong.</returns>
    internal static async Task<int> RunAsync(ReadOnlyMemory<string> arguments)
    {
        var given = arguments.ToArray();
        if (given is ["--child", var life])
        {
            await TrainAsync(life);
            return 0;
        }

        var json = given.Contains("--json");
        var numbers = given.Where(argument => argument != "--json").ToArray();
        var kills = 100;
        if (numbers is not [] && (numbers is not ["--kills", var count] || !int.TryParse(count, out kills) || kills < 1))
        {
            Console.Error.WriteLine("kill [--kills N] [--json] is what is understood.");
            return 2;
        }

        var folder = Directory.CreateTempSubdirectory("loramesh-kill-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "model"));
            Model.Write(Path.Combine(folder, "model"));
            return Compare(folder, kills, json);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static int Compare(string folder, int kills, bool json)
    {
        var undisturbed = Prepare(folder, "undisturbed");
        Live(undisturbed, TimeSpan.MaxValue);
        var expected = Digest(undisturbed);
        var random = new Random(1);
        var (done, unfinished, trainings, same) = (0, 0, 0, 0);
        while (done < kills || trainings == 0)
        {
            var own = Prepare(folder, $"killed-{trainings}");
            while (true)
            {
                var killed = Live(own, done < kills ? TimeSpan.FromMilliseconds(random.Next(LongestLife)) : TimeSpan.MaxValue);
                if (!killed)
                {
                    break;
                }

                done++;
                // Two checkpoints of two files each and the pointer stay; whatever is more was being written, or about to be deleted.
                var left = Directory.EnumerateFiles(Path.Combine(own, "checkpoints", Buckets.Runs), "*", SearchOption.AllDirectories).Count();
                unfinished += left > 5 ? 1 : 0;
            }

            trainings++;
            same += Digest(own) == expected ? 1 : 0;
        }

        Console.WriteLine($"{done} kills over {trainings} trainings of {Steps} steps, {unfinished} of them while a checkpoint was written: {same} of {trainings} end in the bytes of the undisturbed one ({expected})");
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new { kills = done, kills_while_checkpointing = unfinished, trainings, same, sha256 = expected }));
        }

        return same == trainings ? 0 : 1;
    }

    private static string Prepare(string folder, string name)
    {
        var own = Path.Combine(folder, name);
        Directory.CreateDirectory(own);
        return own;
    }

    // Whether it had to be killed.
    private static bool Live(string folder, TimeSpan life)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(start.FileName).Equals("dotnet", StringComparison.OrdinalIgnoreCase))
        {
            start.ArgumentList.Add(typeof(KillBenchmark).Assembly.Location);
        }

        foreach (var argument in (string[])["kill", "--child", folder])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var begun = process.StandardOutput.ReadLine();
        if (begun is null)
        {
            process.WaitForExit();
            return process.ExitCode == 0 ? false : throw new InvalidOperationException("The training ended before its first step; its message is above.");
        }

        if (life == TimeSpan.MaxValue || process.WaitForExit(life))
        {
            process.WaitForExit();
            return process.ExitCode == 0 ? false : throw new InvalidOperationException("The training failed; its message is above.");
        }

        process.Kill();
        process.WaitForExit();
        return true;
    }

    private static async Task TrainAsync(string folder)
    {
        var config = new TrainingConfig
        {
            R = 4, LoraDropout = 0.1, MaxSteps = Steps, GradientAccumulationSteps = 4, TokensPerBatch = 64, CheckpointSeconds = 0.01, NeftuneNoiseAlpha = 5,
            EvalStrategy = "steps", EvalSteps = 100, LoadBestModelAtEnd = true,
        };
        var random = new Random(7);
        TokenRow[] rows = [.. Enumerable.Range(0, 64).Select(row => Enumerable.Range(0, 16 + row % 32).Select(_ => random.Next(Model.Vocabulary)).ToArray()).Select(ids => new TokenRow(ids, ids))];
        var data = new SupervisedData(TokenShard.Of(rows, [.. rows.Select((_, row) => (int[])[row])]), config);
        var training = new FolderTraining(Path.Combine(folder, "..", "model"), data, config, initialAdapter: null) { Checkpoints = Path.Combine(folder, "checkpoints") };
        var told = false;
        await training.RunAsync(Path.Combine(folder, "adapter"), "made by a benchmark.", Tell, CancellationToken.None);

        void Tell(StepReport step)
        {
            if (!told)
            {
                told = true;
                Console.Out.WriteLine(step.Step.ToString(CultureInfo.InvariantCulture));
                Console.Out.Flush();
            }
        }
    }

    private static string Digest(string folder) =>
        Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(folder, "adapter", "adapter_model.safetensors"))));
}
