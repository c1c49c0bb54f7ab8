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

    /// <summary>Rotary embedding.</summary>
    public required RopeConfig Rope { get; init; }

    /// <summary>Whether the output head is the embedding matrix.</summary>
    public required bool TieWordEmbeddings { get; init; }

    /// <summary>Whether q, k and v projections have a bias.</summary>
    public bool QueryKeyValueBias { get; init; }

    /// <summary>Whether the o projection has a bias.</summary>
    public bool OutputBias { get; init; }

    /// <summary>Whether gate, up and down projections have a bias.</summary>
    public bool MlpBias { get; init; }

    /// <summary>Tokens that end a text, <c>generation_config.json</c> included.</summary>
    public IReadOnlyList<int> EosTokenIds { get; init; } = [];
}
