using System.Text.Json;

namespace LoraMesh.Model;

/// <summary>Reads <c>config.json</c> in the layouts of transformers 4 and 5.</summary>
internal static class ModelConfigReader
{
    // Longest side of any matrix: keeps sizes within what one allocation and an Int32 index can hold.
    private const int MaxWidth = 1 << 20;

    private static readonly Dictionary<string, Activation> Activations = new(StringComparer.Ordinal)
    {
        ["silu"] = Activation.Silu,
        ["swish"] = Activation.Silu,
        ["gelu"] = Activation.Gelu,
        ["gelu_python"] = Activation.Gelu,
        ["gelu_pytorch_tanh"] = Activation.GeluTanh,
        ["gelu_python_tanh"] = Activation.GeluTanh,
        ["gelu_new"] = Activation.GeluTanh,
        ["gelu_fast"] = Activation.GeluTanh,
        ["gelu_accurate"] = Activation.GeluTanh,
        ["quick_gelu"] = Activation.QuickGelu,
        ["relu"] = Activation.Relu,
        ["relu2"] = Activation.ReluSquared,
        ["sigmoid"] = Activation.Sigmoid,
        ["tanh"] = Activation.Tanh,
        ["linear"] = Activation.Linear,
    };

    internal static ModelConfig Read(string folder)
    {
        var path = Path.Combine(folder, "config.json");
        using var document = ConfigJson.Parse(path);
        var json = new ConfigJson(path, document.RootElement);
        var family = UnsupportedSettings.Check(path, json);
        var heads = json.Int("num_attention_heads", max: 4096);
        var hidden = json.Int("hidden_size", max: MaxWidth);
        var layers = json.Int("num_hidden_layers", max: 1024);
        var headDim = ReadHeadDim(json, family, hidden, heads);
        var maxPositions = json.Int("max_position_embeddings", family.DefaultMaxPositions);
        var attentionBias = family.ReadsAttentionBias && json.Flag("attention_bias", false);
        return new ModelConfig
        {
            Family = family,
            VocabSize = json.Int("vocab_size", max: 1 << 22),
            HiddenSize = hidden,
            IntermediateSize = json.Int("intermediate_size", max: MaxWidth),
            NumHiddenLayers = layers,
            NumAttentionHeads = heads,
            NumKeyValueHeads = ReadKeyValueHeads(json, family, heads),
            HeadDim = headDim,
            MaxPositionEmbeddings = maxPositions,
            RmsNormEps = json.Number("rms_norm_eps", family.DefaultRmsNormEps),
            HiddenActivation = ReadActivation(path, json, family),
            Rope = RopeReader.Read(path, json, family, headDim, maxPositions),
            LocalRope = RopeReader.ReadLocal(path, json, family, headDim, maxPositions),
            LayerWindows = WindowReader.Read(path, json, family, layers),
            AttentionScale = 1 / Math.Sqrt(family.ReadsQueryScalar ? json.Positive("query_pre_attn_scalar", 256) : headDim),
            AttentionSoftcap = ReadSoftcap(json, "attn_logit_softcapping", family.ReadsAttentionSoftcap, family.DefaultAttentionSoftcap),
            FinalSoftcap = ReadSoftcap(json, "final_logit_softcapping", family.ReadsFinalSoftcap, family.DefaultFinalSoftcap),
            TieWordEmbeddings = json.Flag("tie_word_embeddings", family.DefaultTie),
            QueryKeyValueBias = family.AlwaysQueryKeyValueBias || attentionBias,
            OutputBias = attentionBias,
            MlpBias = family.ReadsMlpBias && json.Flag("mlp_bias", false),
            TrainingDropouts = ReadDropouts(json, family),
            PadTokenId = json.Mentions("pad_token_id") ? (json.Has("pad_token_id") ? json.Int("pad_token_id", min: -1) : null) : family.DefaultPadTokenId,
            EosTokenIds = ReadEos(folder, json),
        };
    }

    private static int ReadHeadDim(ConfigJson json, ModelFamily family, int hidden, int heads)
    {
        var fallback = json.Mentions("head_dim") ? hidden / heads : family.DefaultHeadDim ?? hidden / heads;
        var width = json.Int("head_dim", Math.Max(fallback, 1), max: 4096);
        return width % 2 == 0 ? width : throw json.Wrong("head_dim", "an even number");
    }

    private static int ReadKeyValueHeads(ConfigJson json, ModelFamily family, int heads)
    {
        var fallback = json.Mentions("num_key_value_heads") ? heads : family.DefaultKeyValueHeads ?? heads;
        var keyValueHeads = json.Int("num_key_value_heads", fallback, max: 4096);
        return heads % keyValueHeads == 0
            ? keyValueHeads
            : throw json.Wrong("num_key_value_heads", $"a divisor of num_attention_heads ({heads})");
    }

    private static Activation ReadActivation(string path, ConfigJson json, ModelFamily family)
    {
        var name = json.Text(family.ActivationKey) ?? family.DefaultActivation;
        return Activations.TryGetValue(name, out var activation)
            ? activation
            : throw new UnsupportedModelException($"{path}: {family.ActivationKey} is '{name}'. Built: {string.Join(", ", Activations.Keys)}.");
    }

    private static double? ReadSoftcap(ConfigJson json, string key, bool isRead, double? fallback) =>
        !isRead || (json.Mentions(key) && !json.Has(key)) || (fallback is null && !json.Has(key))
            ? null
            : json.Positive(key, fallback);

    private static IReadOnlyList<string> ReadDropouts(ConfigJson json, ModelFamily family)
    {
        string[] keys = family.FusedProjections ? ["attention_dropout", "resid_pdrop"] : ["attention_dropout"];
        return [.. keys.Where(key => json.Number(key, 0) != 0).Select(key => $"{key} {json.Raw(key)}")];
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
