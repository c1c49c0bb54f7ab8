using System.Text.Json;
using LoraMesh.AllInOne.Commands;
using LoraMesh.CommandLine;
using LoraMesh.EndToEndTests.Fixtures;

namespace LoraMesh.EndToEndTests.LlamaCpp;

/// <summary>Base models and adapters exported here, in llama.cpp, against what llama.cpp said of its own conversions of the same folders.</summary>
public sealed class NodeLlamaGoldenTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // No adapter, each alone, at half strength, and two at once.
    [NodeLlamaTheory]
    [InlineData("llama")]
    [InlineData("qwen2")]
    public async Task Export_GoldenFolders_ContinueAsTheGoldenSays(string name)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "golden", "gguf", name);
        var figures = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "expected.json"))).RootElement;
        var model = Path.Combine(folder, "base");
        var exported = await ExportAsync("base.gguf", "--model", model);
        var adapters = new List<string>();
        foreach (var adapter in figures.GetProperty("adapters").EnumerateArray())
        {
            adapters.Add(await ExportAsync(adapter.GetProperty("gguf").GetString()!, "--model", model, "--adapter", Path.Combine(folder, adapter.GetProperty("folder").GetString()!)));
        }

        var settings = figures.GetProperty("completions").EnumerateArray().GroupBy(one => one.GetProperty("setting").GetString()).ToArray();
        Assert.True(settings.Length > adapters.Count + 1);
        foreach (var setting in settings)
        {
            NodeLlama.Adapter[] chosen = [.. setting.First().GetProperty("lora").EnumerateArray().Select(one => new NodeLlama.Adapter(adapters[one.GetProperty("id").GetInt32()], one.GetProperty("scale").GetDouble()))];
            int[][] expected = [.. setting.Select(one => Ids(one.GetProperty("greedy_ids")))];

            var found = await NodeLlama.ContinueAsync(exported, chosen, [.. setting.Select(one => Ids(one.GetProperty("prompt")))], expected[0].Length);

            Assert.True(expected.SelectMany(ids => ids).SequenceEqual(found.SelectMany(ids => ids)), $"{setting.Key}: expected {JsonSerializer.Serialize(expected)}, found {JsonSerializer.Serialize(found)}");
        }
    }

    private async Task<string> ExportAsync(string file, params string[] arguments)
    {
        var path = _folder.Write(file, "");
        var outcome = await LorameshProcess.RunAsync(["model", "export-gguf", .. arguments, "--out", path, "--json"]);
        Assert.True(outcome.ExitCode == ExitCode.Done, outcome.Everything);
        return path;
    }

    private static int[] Ids(JsonElement list) => [.. list.EnumerateArray().Select(id => id.GetInt32())];
}
