using System.Text.Json.Nodes;
using LoraMesh.Formats;
using LoraMesh.Formats.Gguf;
using LoraMesh.Model;
using LoraMesh.Model.Gguf;

namespace LoraMesh.NumericsTests.Gguf;

/// <summary>GGUF adapters read back as PEFT folders; those of llama.cpp's own converter among them.</summary>
public sealed class AdapterImportTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    private string File1 => Path.Combine(_folder, "1.gguf");

    private string Back => Path.Combine(_folder, "back");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("llama", "adapter-0")]
    [InlineData("qwen2", "adapter-0")]
    public void Write_OfTheReferenceConversion_GivesThePeftFolderItWasMadeOf(string name, string adapter)
    {
        var imported = AdapterImport.Write(At(name, "base"), At(name, $"{adapter}.gguf"), Back);

        using var expected = SafetensorsFile.Open(At(name, adapter, "adapter_model.safetensors"));
        using var found = SafetensorsFile.Open(Path.Combine(Back, "adapter_model.safetensors"));
        Assert.Equal(expected.Tensors.Count / 2, imported.Pairs);
        Assert.Equal(expected.Tensors.Select(tensor => tensor.Name).Order(StringComparer.Ordinal), found.Tensors.Select(tensor => tensor.Name).Order(StringComparer.Ordinal));
        Assert.All(expected.Tensors, tensor => Assert.Equal(expected.Bytes(tensor), found.Bytes(found.Find(tensor.Name)!)));
        var (before, after) = (Config(At(name, adapter)), Config(Back));
        Assert.Equal((double)before["lora_alpha"]! / (double)before["r"]!, (double)after["lora_alpha"]! / (double)after["r"]!);
    }

    [Fact]
    public void Write_FoldedScalesAndSeveralRanks_MeansTheSameInBothDirections()
    {
        // rsLoRA with patterns: the scales are in B, so the folder that comes back has none of the variants.
        AdapterImport.Write(At("llama", "base"), At("llama", "adapter-1.gguf"), Back);

        AdapterExport.Write(At("llama", "base"), Back, File1);

        using var expected = GgufFile.Open(At("llama", "adapter-1.gguf"));
        using var found = GgufFile.Open(File1);
        Assert.Equal(expected.Metadata.Find("adapter.lora.alpha"), found.Metadata.Find("adapter.lora.alpha"));
        Assert.Equal(expected.Tensors.Count, found.Tensors.Count);
        Assert.All(expected.Tensors, tensor => Assert.Equal(expected.Read(tensor), found.Read(found.Find(tensor.Name)!)));
        Assert.False((bool)Config(Back)["use_rslora"]!);
    }

    [Fact]
    public void Write_Embedding_ComesBackAsItWas()
    {
        var peft = Path.Combine(_folder, "peft");
        var config = ModelConfig.Read(At("llama", "base"));
        using (var model = CausalLm.Load(At("llama", "base")))
        using (var adapter = LoraAdapter.Create(new LoraConfig { R = 3, LoraAlpha = 5, TargetModules = ["embed_tokens", "lm_head", "k_proj"], InitLoraWeights = "false" }, model, seed: 1))
        {
            adapter.Save(peft);
        }

        AdapterExport.Write(At("llama", "base"), peft, File1);
        AdapterImport.Write(At("llama", "base"), File1, Back);

        using var expected = SafetensorsFile.Open(Path.Combine(peft, "adapter_model.safetensors"));
        using var found = SafetensorsFile.Open(Path.Combine(Back, "adapter_model.safetensors"));
        Assert.Contains(found.Tensors, tensor => tensor.Name.EndsWith("lora_embedding_A", StringComparison.Ordinal));
        Assert.All(found.Tensors, tensor => Assert.Equal(expected.Bytes(expected.Find(tensor.Name)!), found.Bytes(tensor)));
        using var loaded = LoraAdapter.Load(Back, config);
        Assert.Equal(2 + config.NumHiddenLayers, loaded.TargetModules.Count);
    }

    [Theory]
    [InlineData("qwen2", "is an adapter over a 'llama', the model is a 'qwen2'")]
    [InlineData("model", "general.type is 'model'")]
    [InlineData("missing", "blk.0.attn_q.weight.lora_b is missing")]
    [InlineData("unexpected", "blk.9.attn_q.weight.lora_a is unexpected")]
    [InlineData("shape", "blk.0.attn_q.weight.lora_b is [64, 6], the base model asks for [128, 6]")]
    public void Write_WhatDoesNotFit_IsDiagnosed(string kind, string named)
    {
        using (var source = GgufFile.Open(At("llama", kind == "model" ? "base-f32.gguf" : "adapter-1.gguf")))
        using (var stream = File.Create(File1))
        {
            var entries = source.Tensors.Where(tensor => kind != "missing" || tensor.Name != "blk.0.attn_q.weight.lora_b")
                .Select(tensor => new GgufWriter.Entry(kind == "unexpected" ? tensor.Name.Replace("blk.1.", "blk.9.", StringComparison.Ordinal) : tensor.Name, tensor.Type, tensor.Shape, output =>
                {
                    for (long row = 0; row < tensor.Rows; row++)
                    {
                        output.Write(source.Row(tensor, row));
                    }
                })).ToList();
            GgufWriter.Write(stream, source.Metadata, entries);
        }

        var model = At(kind == "qwen2" ? "qwen2" : "llama", "base");
        if (kind == "shape")
        {
            var config = JsonNode.Parse(File.ReadAllText(Path.Combine(model, "config.json")))!;
            config["head_dim"] = 32;
            model = _folder;
            File.WriteAllText(Path.Combine(_folder, "config.json"), config.ToJsonString());
        }

        Assert.Contains(named, Assert.Throws<InvalidDataException>(() => AdapterImport.Write(model, File1, Back)).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Back));
    }

    private static string At(params string[] parts) => Path.Combine([AppContext.BaseDirectory, "golden", "gguf", .. parts]);

    private static JsonNode Config(string folder) => JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "adapter_config.json")))!;
}
