namespace LoraMesh.Model;

/// <summary>What <c>config.json</c> of a base model says, checked. Names are those of transformers.</summary>
public sealed record ModelConfig
{
    /// <summary>Family: which modules a layer has.</summary>
    public required ModelFamily Family { get; init; }

    /// <summary>Name of the family, such as <c>llama</c>.</summary>
    public string ModelType => Family.ModelType;

    /// <summary>Entries of the vocabulary.</summary>
    public required int VocabSize { get; init; }

    /// <summary>Width of the residual stream.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Width inside the gated unit.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>Number of layers.</summary>
    public required int NumHiddenLayers { get; init; }

    /// <summary>Query heads.</summary>
    public required int NumAttentionHeads { get; init; }

    /// <summary>Key and value heads; divides the query heads.</summary>
    public required int NumKeyValueHeads { get; init; }

    /// <summary>Width of one head.</summary>
    public required int HeadDim { get; init; }

    /// <summary>Longest sequence in tokens.</summary>
    public required int MaxPositionEmbeddings { get; init; }

    /// <summary>ε of the RMS norms.</summary>
    public required double RmsNormEps { get; init; }

    /// <summary>The function inside the gated unit.</summary>
    public Activation HiddenActivation { get; init; } = Activation.Silu;

    /// <summary>Rotary embedding; of the layers without a window only, where <see cref="LocalRope"/> is set.</summary>
    public required RopeConfig Rope { get; init; }

    /// <summary>Rotary embedding of the layers with a sliding window, where it is another one.</summary>
    public RopeConfig? LocalRope { get; init; }

    /// <summary>Per layer how many tokens it sees, the current one included; null for all. [layers]</summary>
    public required IReadOnlyList<int?> LayerWindows { get; init; }

    /// <summary>What attention scores are multiplied by.</summary>
    public required double AttentionScale { get; init; }

    /// <summary>Bound c of the attention scores, as c·tanh(s/c); null for none.</summary>
    public double? AttentionSoftcap { get; init; }

    /// <summary>Bound of the logits, likewise.</summary>
    public double? FinalSoftcap { get; init; }

    /// <summary>Token whose embedding learns nothing, or null.</summary>
    public int? PadTokenId { get; init; }

    /// <summary>Whether the output head is the embedding matrix.</summary>
    public required bool TieWordEmbeddings { get; init; }

    /// <summary>Whether q, k and v projections have a bias.</summary>
    public bool QueryKeyValueBias { get; init; }

    /// <summary>Whether the o projection has a bias.</summary>
    public bool OutputBias { get; init; }

    /// <summary>Whether gate, up and down projections have a bias.</summary>
    public bool MlpBias { get; init; }

    /// <summary>
    /// Dropout inside the base model that config.json asks for while training, such as <c>attention_dropout 0.1</c>; it
    /// changes no inference and is refused when training starts.
    /// </summary>
    public IReadOnlyList<string> TrainingDropouts { get; init; } = [];

    /// <summary>Tokens that end a text, <c>generation_config.json</c> included.</summary>
    public IReadOnlyList<int> EosTokenIds { get; init; } = [];

    /// <summary>What embeddings are multiplied by, rounded to float32 as the reference rounds it in a float32 model.</summary>
    public float EmbeddingScale => Family.ScaledEmbedding ? (float)Math.Sqrt(HiddenSize) : 1;

    /// <summary>Tokens that a growing sequence may have: the context, times the factor where the rotary embedding stretches it as it grows.</summary>
    public int LongestSequence => Rope.Type == "dynamic" ? (int)Math.Min(MaxPositionEmbeddings * Rope.Factor, int.MaxValue) : MaxPositionEmbeddings;

    /// <summary>Reads <c>config.json</c> of a folder in the layouts of transformers 4 and 5.</summary>
    /// <exception cref="UnsupportedModelException">It asks for something that is not built.</exception>
    /// <exception cref="InvalidDataException">It is malformed; the message names file, key, value and what was expected.</exception>
    public static ModelConfig Read(string folder) => ModelConfigReader.Read(folder);

    /// <summary>The rotary embedding of a layer.</summary>
    internal RopeConfig RopeOf(int layer) => LayerWindows[layer] is null ? Rope : LocalRope ?? Rope;
}
