using System.Globalization;
using LoraMesh.EndToEndTests.Fixtures;

namespace LoraMesh.EndToEndTests;

public sealed class PrepMemoryTests : IDisposable
{
    private const long HeapBytes = 96 * 1024 * 1024;
    private const int Rows = 30_000;

    private readonly TestFolder _folder = new();

    // What is not read of a row makes the file large and the work short: what is held must not depend on either.
    [Fact]
    public async Task Prep_OfAFileFarLargerThanItsMemory_IsDone()
    {
        var file = _folder.Write("rows.jsonl", string.Empty);
        await WriteAsync(file);
        Assert.True(new FileInfo(file).Length > 2 * HeapBytes);
        var config = _folder.Write("config.yaml", "prep:\n  shard_tokens: 200000\n");

        var outcome = await LorameshProcess.RunWithAsync(
            new Dictionary<string, string> { ["DOTNET_GCHeapHardLimit"] = HeapBytes.ToString("X", CultureInfo.InvariantCulture) },
            "prep", "--in", file, "--model", Path.Combine(AppContext.BaseDirectory, "samples", "base-model"), "--out", Path.Combine(Path.GetDirectoryName(file)!, "dataset"), "--config", config, "--json");

        Assert.True(outcome.ExitCode == 0, outcome.Everything);
        Assert.Equal(Rows, outcome.Json.GetProperty("rows").GetProperty("train").GetInt32() + outcome.Json.GetProperty("rows").GetProperty("test").GetInt32());
    }

    public void Dispose() => _folder.Dispose();

    private static async Task WriteAsync(string path)
    {
        await using var writer = new StreamWriter(path);
        var unread = new string('x', 8000);
        for (var row = 0; row < Rows; row++)
        {
            await writer.WriteLineAsync($$"""{"prompt":"What is number {{row}} for?","completion":"Number {{row}} stays where it is.","unread":"{{unread}}"}""");
        }
    }
}
