using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using LoraMesh.Formats.Gguf;
using LoraMesh.Model;
using LoraMesh.Model.Gguf;

namespace LoraMesh.NumericsTests.Gguf;

/// <summary>Base models against what llama.cpp's own converter wrote of them (golden/gguf/converted.json).</summary>
public sealed class BaseExportTests : IDisposable
{
    // The converter leaves the context beyond a window that llama.cpp does not have, and names a context before scaling where
    // nothing is scaled.
    private static readonly string[] OwnAnswer = ["llama.context_length", "phi3.context_length", "phi3.rope.scaling.original_context_length"];

    private static readonly Lazy<JsonNode> Converted = new(() => JsonNode.Parse(File.ReadAllText(At("gguf", "converted.json")))!);

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    private string Output => Path.Combine(_folder, "base.gguf");

    public static TheoryData<string, string> Models()
    {
        var data = new TheoryData<string, string>();
        foreach (var model in Converted.Value.AsObject().Select(entry => entry.Key).Where(name => name != "gemma2"))
        {
            foreach (var type in BaseExport.Types)
            {
                data.Add(model, type);
            }
        }

        return data;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Models))]
    public void Write_Model_EqualsTheReferenceConversion(string name, string type)
    {
        var expected = Converted.Value[name]![type]!;

        BaseExport.Write(At("models", name), adapter: null, name, Output, type, []);

        using var found = GgufFile.Open(Output);
        foreach (var (key, value) in expected["keys"]!.AsObject().Where(entry => !OwnAnswer.Contains(entry.Key)))
        {
            Assert.Equal(($"{key}", Text(value!)), (key, Convert.ToString(found.Metadata.Find(key), CultureInfo.InvariantCulture)));
        }

        var tensors = expected["tensors"]!.AsObject();
        Assert.Equal(tensors.Select(entry => entry.Key).Order(StringComparer.Ordinal), found.Tensors.Select(tensor => tensor.Name).Order(StringComparer.Ordinal));
        foreach (var tensor in found.Tensors)
        {
            var reference = tensors[tensor.Name]!;
            Assert.Equal(reference[1]!.AsArray().Select(size => (long)size!), tensor.Shape);
            Assert.Equal((string)reference[0]!, tensor.Type == GgufTensorType.Q80 ? "Q8_0" : tensor.Type.ToString());
            if (reference[2] is JsonArray factors)
            {
                // Divided in another order of float32 operations: a few units in the last place.
                Assert.All(found.Read(tensor).Zip(factors), pair => Assert.Equal((float)pair.Second!, pair.First, pair.First * 1e-6f));
            }
            else
            {
                Assert.Equal((tensor.Name, (string)reference[2]!), (tensor.Name, Hash(found, tensor)));
            }
        }
    }

    [Fact]
    public void Write_Twice_GivesTheSameBytes()
    {
        BaseExport.Write(At("models", "qwen3"), adapter: null, "a", Output, "q8_0", []);
        var first = File.ReadAllBytes(Output);

        BaseExport.Write(At("models", "qwen3"), adapter: null, "a", Output, "q8_0", []);

        Assert.Equal(first, File.ReadAllBytes(Output));
    }

    [Fact]
    public void Write_SlidingWindowThatLlamaCppLacks_SetsTheContextToItAndSaysSo()
    {
        var written = BaseExport.Write(At("models", "mistral-swa"), adapter: null, "m", Output, "f32", []);

        Assert.Equal(16, written.ContextLength);
        Assert.Contains("sliding window of 16 tokens", Assert.Single(written.Notes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gemma2", "{}", "query_pre_attn_scalar is 24")]
    [InlineData("llama-tied", """{"rope_scaling": {"rope_type": "dynamic", "factor": 2.0}}""", "'dynamic'")]
    [InlineData("llama-tied", """{"rope_scaling": {"rope_type": "yarn", "factor": 2.0, "beta_fast": 20}}""", "beta_fast")]
    [InlineData("llama-tied", """{"hidden_act": "gelu"}""", "Gelu")]
    [InlineData("qwen2-tied", """{"rope_scaling": {"rope_type": "llama3", "factor": 2.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 64}}""", "'llama3'")]
    [InlineData("gemma3-text", """{"layer_types": ["full_attention", "full_attention", "sliding_attention"]}""", "[2]")]
    [InlineData("gemma3-text", """{"layer_types": ["full_attention", "full_attention", "full_attention"]}""", "no layer has a sliding window")]
    public void Write_WhatLlamaCppComputesOtherwise_IsRefusedByName(string name, string change, string named)
    {
        foreach (var file in Directory.GetFiles(At("models", name)))
        {
            File.Copy(file, Path.Combine(_folder, Path.GetFileName(file)));
        }

        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(_folder, "config.json")))!.AsObject();
        foreach (var (key, value) in JsonNode.Parse(change)!.AsObject())
        {
            config[key] = value?.DeepClone();
        }

        File.WriteAllText(Path.Combine(_folder, "config.json"), config.ToJsonString());

        var refusal = Assert.Throws<UnsupportedModelException>(() => BaseExport.Write(_folder, adapter: null, "m", Output, "f32", []));

        Assert.StartsWith("llama.cpp cannot compute this model", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(named, refusal.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Output));
    }

    private static string At(string kind, string name) => Path.Combine(AppContext.BaseDirectory, "golden", kind, name);

    private static string Text(JsonNode value) => value.GetValueKind() == JsonValueKind.String ? (string)value!
        : value.ToJsonString().Contains('.', StringComparison.Ordinal) || value.ToJsonString().Contains('e', StringComparison.Ordinal) ? ((float)value).ToString(CultureInfo.InvariantCulture)
        : value.ToJsonString();

    private static string Hash(GgufFile file, GgufTensor tensor)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (long row = 0; row < tensor.Rows; row++)
        {
            hash.AppendData(file.Row(tensor, row));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }
}
