using System.Security.Cryptography;
using LoraMesh.AllInOne.Commands;
using LoraMesh.CommandLine;
using LoraMesh.EndToEndTests.Fixtures;

namespace LoraMesh.EndToEndTests.CommandLine;

/// <summary><c>loramesh train --checkpoints</c> under <c>kill -9</c>.</summary>
public sealed class KilledTrainingTests : IDisposable
{
    private const int Kills = 3;

    private static readonly string Model = Path.Combine(AppContext.BaseDirectory, "samples", "base-model");

    private readonly TestFolder _folder = new();

    [Fact]
    public async Task Train_KilledAtRandomMoments_EndsInTheBytesOfAnUndisturbedOne()
    {
        var rows = _folder.Write("tickets.jsonl", string.Join('\n', TestFolder.SampleTickets(12)) + "\n");
        var config = _folder.Write("training.yaml", "r: 4\nmax_steps: 24\ngradient_accumulation_steps: 2\ntokens_per_batch: 256\ncheckpoint_seconds: 0.01\n");
        var checkpoints = Path.Combine(Path.GetDirectoryName(rows)!, "checkpoints");
        var undisturbed = await LorameshProcess.RunAsync(Arguments("whole", null));
        Assert.True(undisturbed.ExitCode == ExitCode.Done, undisturbed.Everything);
        var random = new Random(5);
        for (var kill = 0; kill < Kills; kill++)
        {
            using var written = new CheckpointWatch(checkpoints, wanted: random.Next(1, 6));
            await using var process = LorameshProcess.Start(Arguments("killed", checkpoints));
            var ended = process.WaitAsync();
            await Task.WhenAny(written.Reached, ended);
            if (!ended.IsCompleted)
            {
                await process.KillAsync();
            }
        }

        var last = await LorameshProcess.RunAsync(Arguments("killed", checkpoints));

        Assert.True(last.ExitCode == ExitCode.Done, last.Everything);
        Assert.Equal(24, last.Json.GetProperty("steps").GetInt32());
        Assert.Equal(await LinesAsync("whole", "metrics.jsonl"), await LinesAsync("killed", "metrics.jsonl"));
        foreach (var file in (string[])["adapter_model.safetensors", "adapter_config.json", "metrics.jsonl", "loss.svg"])
        {
            Assert.Equal((file, Digest("whole", file)), (file, Digest("killed", file)));
        }

        string[] Arguments(string output, string? folder) =>
        [
            "train", "--model", Model, "--data", rows, "--config", config, "--out", Path.Combine(Path.GetDirectoryName(rows)!, output), "--json", .. folder is null ? [] : (string[])["--checkpoints", folder],
        ];

        // Read as lines first: where they differ, one sees how.
        Task<string[]> LinesAsync(string output, string file) => File.ReadAllLinesAsync(Path.Combine(Path.GetDirectoryName(rows)!, output, file));

        string Digest(string output, string file) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(Path.Combine(Path.GetDirectoryName(rows)!, output, file))));
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Waits until the pointer to the newest checkpoint was replaced some times; where in its work the training is then, chance decides.</summary>
    private sealed class CheckpointWatch : IDisposable
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly FileSystemWatcher _watcher;
        private int _left;

        public CheckpointWatch(string folder, int wanted)
        {
            _left = wanted;
            _watcher = new FileSystemWatcher(Directory.CreateDirectory(folder).FullName, "latest.json") { IncludeSubdirectories = true };
            _watcher.Renamed += (_, _) => Count();
            _watcher.Created += (_, _) => Count();
            _watcher.EnableRaisingEvents = true;
        }

        public Task Reached => _reached.Task;

        public void Dispose() => _watcher.Dispose();

        private void Count()
        {
            if (Interlocked.Decrement(ref _left) <= 0)
            {
                _reached.TrySetResult();
            }
        }
    }
}
