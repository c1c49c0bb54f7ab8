namespace LoraMesh.Model;

/// <summary>
/// What sets one family of models apart from the others, as data: which modules and norms a layer has, and what its
/// <c>config.json</c> means where it is silent (the defaults of its configuration class in transformers 5.12).
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

    /// <summary>Whether <c>query_pre_attn_scalar</c> replaces the head width in the scale of the scores.</summary>
    public bool ReadsQueryScalar { get; init; }

    /// <summary>Whether <c>attn_logit_softcapping</c> caps attention scores. (Gemma 3 has the key, but its class in transformers never uses it.)</summary>
    public bool ReadsAttentionSoftcap { get; init; }

    /// <summary>Whether <c>final_logit_softcapping</c> caps the logits.</summary>
    public bool ReadsFinalSoftcap { get; init; }

    /// <summary>Whether layers with a sliding window have a rotary embedding of their own.</summary>
    public bool LocalRope { get; init; }

    /// <summary>Whether only a part of every head may be rotated.</summary>
    public bool PartialRotary { get; init; }

    /// <summary>Which layers see a sliding window.</summary>
    public WindowRule Windows { get; init; }

    internal string ActivationKey { get; init; } = "hidden_act";

    internal string DefaultActivation { get; init; } = "silu";

    /// <summary>Null: as many as query heads.</summary>
    internal int? DefaultKeyValueHeads { get; init; }

    /// <summary>Null: hidden size / heads.</summary>
    internal int? DefaultHeadDim { get; init; }

    internal double DefaultRmsNormEps { get; init; } = 1e-6;

    internal int DefaultMaxPositions { get; init; } = 2048;

    internal double DefaultRopeTheta { get; init; } = 10000;

    /// <summary>Null: that of the rope settings, else the longest sequence.</summary>
    internal int? DefaultOriginalMaxPositions { get; init; }

    internal bool DefaultTie { get; init; }

    internal int? DefaultPadTokenId { get; init; }

    internal int? DefaultWindow { get; init; }

    internal double? DefaultAttentionSoftcap { get; init; }

    internal double? DefaultFinalSoftcap { get; init; }

    /// <summary>Every family that is built.</summary>
    public static IReadOnlyList<ModelFamily> All { get; } =
    [
        new() { ModelType = "llama", Architecture = "LlamaForCausalLM", ReadsAttentionBias = true, ReadsMlpBias = true },
        new()
        {
            ModelType = "mistral", Architecture = "MistralForCausalLM", Windows = WindowRule.EveryLayer, DefaultWindow = 4096,
            DefaultKeyValueHeads = 8, DefaultMaxPositions = 4096 * 32,
        },
        new()
        {
            ModelType = "qwen2", Architecture = "Qwen2ForCausalLM", AlwaysQueryKeyValueBias = true, Windows = WindowRule.UpperLayers,
            DefaultWindow = 4096, DefaultKeyValueHeads = 32, DefaultMaxPositions = 32768,
        },
        new()
        {
            ModelType = "qwen3", Architecture = "Qwen3ForCausalLM", ReadsAttentionBias = true, QueryKeyNorms = true,
            Windows = WindowRule.UpperLayers, DefaultWindow = 4096, DefaultKeyValueHeads = 32, DefaultHeadDim = 128,
            DefaultMaxPositions = 32768,
        },
        new()
        {
            ModelType = "gemma2", Architecture = "Gemma2ForCausalLM", ReadsAttentionBias = true, OutputNorms = true,
            UnitOffsetNorms = true, ScaledEmbedding = true, ReadsQueryScalar = true, ReadsAttentionSoftcap = true, ReadsFinalSoftcap = true,
            Windows = WindowRule.EverySecond, DefaultWindow = 4096, ActivationKey = "hidden_activation",
            DefaultActivation = "gelu_pytorch_tanh", DefaultKeyValueHeads = 4, DefaultHeadDim = 256, DefaultMaxPositions = 8192,
            DefaultTie = true, DefaultPadTokenId = 0, DefaultAttentionSoftcap = 50, DefaultFinalSoftcap = 30,
        },
        new()
        {
            ModelType = "gemma3_text", Architecture = "Gemma3ForCausalLM", ReadsAttentionBias = true, QueryKeyNorms = true,
            OutputNorms = true, UnitOffsetNorms = true, ScaledEmbedding = true, ReadsQueryScalar = true, ReadsFinalSoftcap = true,
            LocalRope = true, Windows = WindowRule.AllButEveryNth, DefaultWindow = 4096, ActivationKey = "hidden_activation",
            DefaultActivation = "gelu_pytorch_tanh", DefaultKeyValueHeads = 4, DefaultHeadDim = 256, DefaultMaxPositions = 131072,
            DefaultRopeTheta = 1e6, DefaultTie = true, DefaultPadTokenId = 0,
        },
        new()
        {
            ModelType = "phi3", Architecture = "Phi3ForCausalLM", FusedProjections = true, PartialRotary = true,
            Windows = WindowRule.EveryLayer, DefaultRmsNormEps = 1e-5, DefaultMaxPositions = 4096, DefaultOriginalMaxPositions = 4096,
        },
    ];

    /// <summary>The family of that <c>model_type</c>, or null.</summary>
    public static ModelFamily? Find(string? modelType) => All.FirstOrDefault(family => family.ModelType == modelType);
}
