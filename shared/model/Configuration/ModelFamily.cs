namespace LoraMesh.Model;

/// <summary>
/// What sets one family of models apart from the others, as data: which modules and norms a layer has and how its
/// <c>config.json</c> is to be read. Names are those of transformers.
/// </summary>
public sealed record ModelFamily
{
    /// <summary><c>model_type</c> of config.json.</summary>
    public required string ModelType { get; init; }

    /// <summary>The model class in transformers, as <c>architectures</c> of config.json names it.</summary>
    public required string Architecture { get; init; }

    /// <summary>Whether q, k and v are one matrix <c>qkv_proj</c>, gate and up one matrix <c>gate_up_proj</c>.</summary>
    public bool FusedProjections { get; init; }

    /// <summary>Whether q, k and v have a bias whatever config.json says.</summary>
    public bool AlwaysQueryKeyValueBias { get; init; }

    /// <summary>Whether <c>attention_bias</c> gives q, k, v and o a bias.</summary>
    public bool ReadsAttentionBias { get; init; }

    /// <summary>Whether <c>mlp_bias</c> gives gate, up and down a bias.</summary>
    public bool ReadsMlpBias { get; init; }

    /// <summary>Whether every query and key head is normed (<c>q_norm</c>, <c>k_norm</c>).</summary>
    public bool QueryKeyNorms { get; init; }

    /// <summary>Whether the outputs of attention and of the gated unit are normed before they are added.</summary>
    public bool OutputNorms { get; init; }

    /// <summary>Whether norms multiply by 1 + w instead of w.</summary>
    public bool UnitOffsetNorms { get; init; }

    /// <summary>Whether embeddings are multiplied by the square root of their width.</summary>
    public bool ScaledEmbedding { get; init; }

    /// <summary>Every family that is built.</summary>
    public static IReadOnlyList<ModelFamily> All { get; } =
    [
        new() { ModelType = "llama", Architecture = "LlamaForCausalLM", ReadsAttentionBias = true, ReadsMlpBias = true },
        new() { ModelType = "mistral", Architecture = "MistralForCausalLM" },
        new() { ModelType = "qwen2", Architecture = "Qwen2ForCausalLM", AlwaysQueryKeyValueBias = true },
        new() { ModelType = "qwen3", Architecture = "Qwen3ForCausalLM", ReadsAttentionBias = true, QueryKeyNorms = true },
        new()
        {
            ModelType = "gemma2", Architecture = "Gemma2ForCausalLM", ReadsAttentionBias = true, OutputNorms = true,
            UnitOffsetNorms = true, ScaledEmbedding = true,
        },
        new()
        {
            ModelType = "gemma3_text", Architecture = "Gemma3ForCausalLM", ReadsAttentionBias = true, QueryKeyNorms = true,
            OutputNorms = true, UnitOffsetNorms = true, ScaledEmbedding = true,
        },
        new() { ModelType = "phi3", Architecture = "Phi3ForCausalLM", FusedProjections = true },
    ];

    /// <summary>The family of that <c>model_type</c>, or null.</summary>
    public static ModelFamily? Find(string? modelType) => All.FirstOrDefault(family => family.ModelType == modelType);
}
