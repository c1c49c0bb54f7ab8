using System.Text.Json.Nodes;
using LoraMesh.Model;

namespace LoraMesh.NumericsTests.Model;

public sealed class RefusalTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("refusals-");

    [Theory]
    [InlineData("llama", "model_type", "\"mixtral\"", "mixtral")]
    [InlineData("llama", "auto_map", "{\"AutoConfig\": \"a.B\"}", "auto_map")]
    [InlineData("llama", "quantization_config", "{\"bits\": 4}", "quantization_config")]
    [InlineData("llama", "is_causal", "false", "is_causal")]
    [InlineData("llama", "architectures", "[\"LlamaForSequenceClassification\"]", "LlamaForSequenceClassification")]
    [InlineData("llama", "hidden_act", "\"mish\"", "mish")]
    [InlineData("llama", "sliding_window", "16", "sliding_window")]
    [InlineData("llama", "layer_types", "[\"full_attention\", \"sliding_attention\"]", "layer_types")]
    [InlineData("llama", "rope_parameters", "{\"rope_type\": \"proportional\"}", "proportional")]
    [InlineData("llama", "rope_parameters", "{\"rope_type\": \"default\", \"mrope_section\": [1]}", "mrope_section")]
    [InlineData("llama", "rope_parameters", "{\"full_attention\": {\"rope_type\": \"default\"}}", "layer type")]
    [InlineData("llama", "partial_rotary_factor", "0.5", "partial_rotary_factor")]
    [InlineData("qwen2", "layer_types", "[\"chunked_attention\", \"full_attention\"]", "chunked_attention")]
    [InlineData("qwen2", "layer_types", "[\"sliding_attention\", \"full_attention\"]", "sliding_window")]
    [InlineData("gemma2", "use_bidirectional_attention", "true", "use_bidirectional_attention")]
    [InlineData("gemma2", "sliding_window", "null", "sliding_window")]
    [InlineData("gemma3_text", "rope_parameters", "{\"rope_type\": \"linear\", \"factor\": 2}", "rope_type")]
    [InlineData("gemma3_text", "rope_scaling", "{\"type\": \"linear\", \"factor\": 2}", "rope_type")]
    [InlineData("phi3", "rope_parameters", "{\"rope_type\": \"linear\", \"factor\": 2}", "linear")]
    public void Read_SettingThatIsNotBuilt_IsRefusedByName(string family, string key, string value, string named)
    {
        WriteConfig(family, key, value);

        var failure = Assert.Throws<UnsupportedModelException>(() => ModelConfig.Read(_folder.FullName));

        Assert.Contains(named, failure.Message, StringComparison.Ordinal);
        Assert.Contains("config.json", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("num_key_value_heads", "3", "num_key_value_heads")]
    [InlineData("head_dim", "15", "head_dim")]
    [InlineData("hidden_size", "\"wide\"", "hidden_size")]
    [InlineData("rope_parameters", "{\"rope_type\": \"linear\"}", "factor")]
    [InlineData("rope_parameters", "{\"rope_type\": \"longrope\", \"short_factor\": [1], \"long_factor\": [1]}", "short_factor")]
    public void Read_MalformedSetting_IsRefusedWithKey(string key, string value, string named)
    {
        WriteConfig("llama", key, value);

        var failure = Assert.Throws<InvalidDataException>(() => ModelConfig.Read(_folder.FullName));

        Assert.Contains(named, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_Gemma3WithAttentionCap_LeavesScoresUncapped()
    {
        // Its class in transformers keeps the setting and never uses it.
        WriteConfig("gemma3_text", "attn_logit_softcapping", "5.0");

        Assert.Null(ModelConfig.Read(_folder.FullName).AttentionSoftcap);
    }

    [Fact]
    public void AddGradients_BaseWithDropout_IsRefused()
    {
        CopyModel("llama-tied");
        SetKey("attention_dropout", "0.1");
        using var model = CausalLm.Load(_folder.FullName);
        var batch = new TokenBatch([1, 2, 3], [3]);

        using var logits = model.Logits(batch, adapter: null);
        var failure = Assert.Throws<UnsupportedModelException>(() => SftObjective.AddGradients(model, null, batch, [1, 2, 3], 2));

        Assert.Contains("attention_dropout 0.1", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pytorch_model.bin")]
    [InlineData("model.pt")]
    [InlineData("weights.ckpt")]
    public void Load_PickledWeightsOnly_AreRefusedByName(string file)
    {
        CopyModel("qwen3");
        File.Move(Path.Combine(_folder.FullName, "model.safetensors"), Path.Combine(_folder.FullName, file));

        var failure = Assert.Throws<UnsupportedModelException>(() => CausalLm.Load(_folder.FullName));

        Assert.Contains(file, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OtherTensorsThanConfigAsksFor_ListsThem()
    {
        CopyModel("qwen3");
        SetKey("attention_bias", "true");
        SetKey("intermediate_size", "100");

        var failure = Assert.Throws<InvalidDataException>(() => CausalLm.Load(_folder.FullName));

        Assert.Contains("8 missing: model.layers.0.self_attn.q_proj.bias", failure.Message, StringComparison.Ordinal);
        Assert.Contains("6 of another shape: model.layers.0.mlp.gate_proj.weight is [128, 64], config.json asks for [100, 64]", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_TensorThatNothingReads_IsUnexpected()
    {
        CopyModel("qwen3");
        SetKey("num_hidden_layers", "1");

        var failure = Assert.Throws<InvalidDataException>(() => CausalLm.Load(_folder.FullName));

        Assert.Contains("unexpected: model.layers.1.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ForeignLinks_LinkOutOfTheFolder_IsRefusedByName()
    {
        CopyModel("qwen3");
        var weights = Path.Combine(_folder.FullName, "model.safetensors");
        File.Delete(weights);
        File.CreateSymbolicLink(weights, Path.Combine(AppContext.BaseDirectory, "golden", "models", "qwen3", "model.safetensors"));

        var failure = Assert.Throws<UnsupportedModelException>(() => ForeignLinks.Refuse(_folder.FullName));

        Assert.Contains("model.safetensors is a symbolic link", failure.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private void WriteConfig(string family, string key, string value)
    {
        var config = new JsonObject
        {
            ["model_type"] = family,
            ["vocab_size"] = 8,
            ["hidden_size"] = 32,
            ["intermediate_size"] = 32,
            ["num_hidden_layers"] = 2,
            ["num_attention_heads"] = 4,
            ["num_key_value_heads"] = 2,
            ["head_dim"] = 8,
            [key] = JsonNode.Parse(value),
        };
        File.WriteAllText(Path.Combine(_folder.FullName, "config.json"), config.ToJsonString());
    }

    private void CopyModel(string name)
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "golden", "models", name)))
        {
            File.Copy(file, Path.Combine(_folder.FullName, Path.GetFileName(file)));
        }
    }

    private void SetKey(string key, string value)
    {
        var path = Path.Combine(_folder.FullName, "config.json");
        var config = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        config[key] = JsonNode.Parse(value);
        File.WriteAllText(path, config.ToJsonString());
    }
}
