using System.Text.Json;
using LoraMesh.AllInOne.Commands;
using LoraMesh.CommandLine;
using LoraMesh.EndToEndTests.Fixtures;
using LoraMesh.Formats;

namespace LoraMesh.EndToEndTests.LlamaCpp;

/// <summary>What is exported continues the same text in llama.cpp as here.</summary>
public sealed class NodeLlamaTests : IDisposable
{
    private const int NewTokens = 24;
    private const int Rank = 4;

    private static readonly string Model = Path.Combine(AppContext.BaseDirectory, "samples", "base-model");

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [NodeLlamaFact]
    public async Task Export_BaseAndAdapter_ContinueAsOurOwnEngine()
    {
        var (adapter, merged) = (WriteAdapter(), _folder.Write("merged.gguf", ""));
        var (baseFile, adapterFile) = (_folder.Write("base.gguf", ""), _folder.Write("adapter.gguf", ""));
        await RunAsync("export-gguf", "--model", Model, "--out", baseFile);
        await RunAsync("export-gguf", "--model", Model, "--adapter", adapter, "--out", adapterFile);
        await RunAsync("export-gguf", "--model", Model, "--adapter", adapter, "--merge", "--out", merged);
        int[] prompt = [.. LoraMesh.Text.Tokenizer.Load(Model).Encode("The customer wrote that")];

        var plain = await OwnAsync(prompt, adapter: null);
        var adapted = await OwnAsync(prompt, adapter);

        // Greedy, so equal as long as no two tokens are within rounding of each other; with this text none are.
        Assert.Equal(plain, await NodeLlama.ContinueAsync(baseFile, null, prompt, NewTokens));
        Assert.Equal(adapted, await NodeLlama.ContinueAsync(baseFile, adapterFile, prompt, NewTokens));
        Assert.Equal(adapted, await NodeLlama.ContinueAsync(merged, null, prompt, NewTokens));
        Assert.NotEqual(plain, adapted);
    }

    private static async Task RunAsync(params string[] arguments)
    {
        var outcome = await LorameshProcess.RunAsync(["model", .. arguments, "--json"]);
        Assert.True(outcome.ExitCode == ExitCode.Done, outcome.Everything);
    }

    private async Task<int[]> OwnAsync(int[] prompt, string? adapter)
    {
        var ids = _folder.Write("ids.json", JsonSerializer.Serialize(new { input_ids = new[] { prompt } }));
        var outcome = await LorameshProcess.RunAsync(
            ["model", "generate", "--model", Model, "--ids", ids, "--max-new-tokens", $"{NewTokens}", "--json", .. adapter is null ? Array.Empty<string>() : ["--adapter", adapter]]);
        Assert.True(outcome.ExitCode == ExitCode.Done, outcome.Everything);
        return [.. outcome.Json.GetProperty("new_ids")[0].EnumerateArray().Select(id => id.GetInt32())];
    }

    // rsLoRA and two alphas, so that the scales have to be folded; q is among the matrices whose rows are put in another order.
    private string WriteAdapter()
    {
        _folder.Write("adapter/adapter_config.json", $$"""
            {"peft_type": "LORA", "r": {{Rank}}, "lora_alpha": 6, "use_rslora": true, "alpha_pattern": {"v_proj": 10}, "target_modules": ["q_proj", "v_proj", "down_proj"]}
            """);
        var random = new Random(3);
        using var basis = SafetensorsFile.Open(Path.Combine(Model, "model.safetensors"));
        var entries = new List<SafetensorsWriter.Entry>();
        foreach (var tensor in basis.Tensors.Where(tensor => tensor.Name.Contains("q_proj.w", StringComparison.Ordinal) || tensor.Name.Contains("v_proj.w", StringComparison.Ordinal) || tensor.Name.Contains("down_proj.w", StringComparison.Ordinal)))
        {
            var module = $"base_model.model.{tensor.Name[..^".weight".Length]}";
            Add($"{module}.lora_A.weight", Rank, tensor.Shape[1]);
            Add($"{module}.lora_B.weight", tensor.Shape[0], Rank);
        }

        var path = _folder.Write("adapter/adapter_model.safetensors", "");
        using var stream = File.Create(path);
        SafetensorsWriter.Write(stream, entries, new Dictionary<string, string> { ["format"] = "pt" });
        return Path.GetDirectoryName(path)!;

        void Add(string name, long rows, long columns)
        {
            var bytes = new byte[rows * columns * sizeof(float)];
            for (var at = 0; at < bytes.Length; at += sizeof(float))
            {
                BitConverter.TryWriteBytes(bytes.AsSpan(at), (float)((random.NextDouble() - 0.5) * 0.2));
            }

            entries.Add(new SafetensorsWriter.Entry(name, "F32", [rows, columns], bytes));
        }
    }
}
