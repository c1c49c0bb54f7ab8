using System.Text.Json;

namespace LoraMesh.Model;

/// <summary>Reads <c>config.json</c> in the layouts of transformers 4 and 5.</summary>
internal static class ModelConfigReader
{
    // Longest side of any matrix: keeps sizes within what one allocation and an Int32 index can hold.
    private const int MaxWidth = 1 << 20;

    internal static ModelConfig Read(string folder)
    {
        var path = Path.Combine(folder, "config.json");
        using var document = ConfigJson.Parse(path);
        var json = new ConfigJson(path, document.RootElement);
        RefuseUnsupported(path, json);
        var family = ModelFamily.Find("llama")!;
        var heads = json.Int("num_attention_heads", max: 4096);
        var hidden = json.Int("hidden_size", max: MaxWidth);
        var keyValueHeads = json.Int("num_key_value_heads", heads, max: 4096);
        if (heads % keyValueHeads != 0)
        {
            throw json.Wrong("num_key_value_heads", $"a divisor of num_attention_heads ({heads})");
        }

        return new ModelConfig
        {
            Family = family,
            VocabSize = json.Int("vocab_size", max: 1 << 22),
            HiddenSize = hidden,
            IntermediateSize = json.Int("intermediate_size", max: MaxWidth),
            NumHiddenLayers = json.Int("num_hidden_layers", max: 1024),
            NumAttentionHeads = heads,
            NumKeyValueHeads = keyValueHeads,
            HeadDim = ReadHeadDim(json, hidden, heads),
            MaxPositionEmbeddings = json.Int("max_position_embeddings", 2048),
            RmsNormEps = json.Number("rms_norm_eps", 1e-6),
            Rope = ReadRope(path, json),
            TieWordEmbeddings = json.Flag("tie_word_embeddings", false),
            QueryKeyValueBias = family.AlwaysQueryKeyValueBias || (family.ReadsAttentionBias && json.Flag("attention_bias", false)),
            OutputBias = family.ReadsAttentionBias && json.Flag("attention_bias", false),
            MlpBias = family.ReadsMlpBias && json.Flag("mlp_bias", false),
            EosTokenIds = ReadEos(folder, json),
        };
    }

    private static void RefuseUnsupported(string path, ConfigJson json)
    {
        var family = json.Text("model_type");
        if (family != "llama")
        {
            throw new UnsupportedModelException($"{path}: model_type is '{family}'. Built so far: llama.");
        }

        if (json.Text("hidden_act") is { } activation and not "silu")
        {
            throw new UnsupportedModelException($"{path}: hidden_act is '{activation}'. Built so far: silu.");
        }

        foreach (var key in (string[])["quantization_config", "auto_map"])
        {
            if (json.Has(key))
            {
                throw new UnsupportedModelException($"{path}: {key} is set. Quantised weights and remote code are not read.");
            }
        }
    }

    private static int ReadHeadDim(ConfigJson json, int hidden, int heads)
    {
        var width = json.Int("head_dim", hidden / heads, max: 4096);
        return width % 2 == 0 ? width : throw json.Wrong("head_dim", "an even number");
    }

    private static RopeConfig ReadRope(string path, ConfigJson json)
    {
        // transformers 5 has rope_parameters, 4 has rope_theta beside rope_scaling.
        var rope = json.Child("rope_parameters") ?? json.Child("rope_scaling");
        var theta = json.Child("rope_parameters")?.Number("rope_theta", 10000) ?? json.Number("rope_theta", 10000);
        var type = rope?.Text("rope_type") ?? rope?.Text("type") ?? "default";
        return type switch
        {
            "default" => new RopeConfig { Theta = theta },
            "linear" => new RopeConfig { Theta = theta, Type = type, Factor = rope!.Number("factor") },
            "llama3" => new RopeConfig
            {
                Theta = theta,
                Type = type,
                Factor = rope!.Number("factor"),
                LowFreqFactor = rope.Number("low_freq_factor"),
                HighFreqFactor = rope.Number("high_freq_factor"),
                OriginalMaxPositionEmbeddings = rope.Int("original_max_position_embeddings", json.Int("max_position_embeddings", 2048)),
            },
            _ => throw new UnsupportedModelException($"{path}: rope type is '{type}'. Built so far: default, linear, llama3."),
        };
    }

    private static IReadOnlyList<int> ReadEos(string folder, ConfigJson json)
    {
        var ids = new SortedSet<int>();
        Collect(json.Raw("eos_token_id"), ids);
        var generation = Path.Combine(folder, "generation_config.json");
        if (File.Exists(generation))
        {
            using var document = ConfigJson.Parse(generation);
            Collect(new ConfigJson(generation, document.RootElement).Raw("eos_token_id"), ids);
        }

        return [.. ids];
    }

    private static void Collect(JsonElement? value, SortedSet<int> ids)
    {
        if (value is { ValueKind: JsonValueKind.Number } one && one.TryGetInt32(out var id))
        {
            ids.Add(id);
        }
        else if (value is { ValueKind: JsonValueKind.Array } many)
        {
            foreach (var entry in many.EnumerateArray())
            {
                Collect(entry, ids);
            }
        }
    }
}
