using System.Globalization;
using LoraMesh.Formats.Gguf;

namespace LoraMesh.Model.Gguf;

/// <summary>The keys of a base model's GGUF file: those that llama.cpp's converter writes (conversion/ in its repository).</summary>
internal static class BaseMetadata
{
    // Version of the layout of quantised blocks.
    private const uint QuantizationVersion = 2;

    internal static GgufMetadata Create(ModelConfig config, LlamaCppFit fit, string name, GgufTensorType type)
    {
        var architecture = new GgufArchitecture(config).Name;
        var metadata = new GgufMetadata();
        metadata.Add("general.architecture", architecture);
        metadata.Add("general.type", "model");
        metadata.Add("general.name", name);
        metadata.Add("general.size_label", SizeLabel(config));
        Add("block_count", (uint)config.NumHiddenLayers);
        Add("context_length", (uint)fit.ContextLength);
        Add("embedding_length", (uint)config.HiddenSize);
        Add("feed_forward_length", (uint)config.IntermediateSize);
        Add("attention.head_count", (uint)config.NumAttentionHeads);
        Add("attention.head_count_kv", (uint)config.NumKeyValueHeads);
        Add("attention.layer_norm_rms_epsilon", (float)config.RmsNormEps);
        Add("attention.key_length", (uint)config.HeadDim);
        Add("attention.value_length", (uint)config.HeadDim);
        AddRope(config, Add);
        if (fit.Window is { } window)
        {
            Add("attention.sliding_window", (uint)window);
        }

        if (fit.WindowPeriod is { } period)
        {
            Add("attention.sliding_window_pattern", (uint)period);
        }

        if (config.AttentionSoftcap is { } attention)
        {
            Add("attn_logit_softcapping", (float)attention);
        }

        if (config.FinalSoftcap is { } final)
        {
            Add("final_logit_softcapping", (float)final);
        }

        Add("vocab_size", (uint)config.VocabSize);
        metadata.Add("general.file_type", FileType(type));
        metadata.Add("general.quantization_version", QuantizationVersion);
        return metadata;

        void Add(string key, object value) => metadata.Add($"{architecture}.{key}", value);
    }

    private static void AddRope(ModelConfig config, Action<string, object> add)
    {
        var rope = config.Rope;
        add("rope.dimension_count", (uint)rope.RotaryDim);
        add("rope.freq_base", (float)rope.Theta);
        if (config.LocalRope is { } local)
        {
            add("rope.freq_base_swa", (float)local.Theta);
        }

        switch (rope.Type)
        {
            case "linear":
                add("rope.scaling.type", "linear");
                add("rope.scaling.factor", (float)rope.Factor);
                break;
            case "yarn":
                add("rope.scaling.type", "yarn");
                add("rope.scaling.factor", (float)rope.Factor);
                add("rope.scaling.original_context_length", (uint)rope.OriginalMaxPositionEmbeddings);
                add("rope.scaling.attn_factor", (float)(rope.AttentionFactor / ((0.1 * Math.Log(rope.Factor)) + 1)));
                break;
            case "longrope":
                add("rope.scaling.original_context_length", (uint)rope.OriginalMaxPositionEmbeddings);
                add("rope.scaling.attn_factor", (float)rope.AttentionFactor);
                break;
        }
    }

    private static uint FileType(GgufTensorType type) => type switch
    {
        GgufTensorType.F16 => 1,
        GgufTensorType.Q80 => 7,
        GgufTensorType.BF16 => 32,
        _ => 0,
    };

    // Weights in thousands, millions or billions, with a decimal only where it says much.
    private static string SizeLabel(ModelConfig config)
    {
        double weights = ModuleMap.Tensors(config).Sum(tensor => tensor.Shape.Aggregate(1L, (product, size) => product * size));
        var (scale, suffix) = weights switch
        {
            > 1e12 => (1e-12, "T"),
            > 1e9 => (1e-9, "B"),
            > 1e6 => (1e-6, "M"),
            _ => (1e-3, "K"),
        };
        var scaled = weights * scale;
        var digits = Math.Max(0, 2 - Math.Round(scaled).ToString(CultureInfo.InvariantCulture).TrimStart('0').Length);
        return scaled.ToString($"F{digits}", CultureInfo.InvariantCulture) + suffix;
    }
}
