namespace LoraMesh.Model;

/// <summary>What a tensor of an adapter is for.</summary>
internal enum AdapterPart
{
    /// <summary>A of a linear layer, [r, in].</summary>
    A,

    /// <summary>B of a linear layer, [out, r].</summary>
    B,

    /// <summary>Bias of B, [out].</summary>
    BBias,

    /// <summary>DoRA's magnitude of every row, [out].</summary>
    Magnitude,

    /// <summary>A of an embedding, [r, vocabulary].</summary>
    EmbeddingA,

    /// <summary>B of an embedding, [width, r].</summary>
    EmbeddingB,

    /// <summary>A base tensor that is trained whole, in the base's own shape.</summary>
    Base,

    /// <summary>Rows of an embedding that are trained, [tokens, width].</summary>
    Tokens,

    /// <summary>The matrix below an adapted embedding or head, which PEFT stores with the adapter and which is not trained.</summary>
    Frozen,
}

/// <summary>One tensor of an adapter: where it belongs and how it is named on disk.</summary>
/// <param name="Key">PEFT's key without <c>base_model.model.</c>.</param>
/// <param name="Module">Path of the module, such as <c>model.layers.0.self_attn.q_proj</c>.</param>
/// <param name="Part">What it is for.</param>
/// <param name="Shape">Sizes, outermost first.</param>
internal sealed record AdapterSlot(string Key, string Module, AdapterPart Part, IReadOnlyList<long> Shape)
{
    /// <summary>Name of the base tensor that a <see cref="AdapterPart.Base"/> or <see cref="AdapterPart.Frozen"/> slot stands for.</summary>
    internal string? BaseTensor { get; init; }

    /// <summary>The rows of a <see cref="AdapterPart.Tokens"/> slot.</summary>
    internal IReadOnlyList<int> TokenIds { get; init; } = [];

    internal long Count => Shape.Aggregate(1L, (product, size) => product * size);

    internal bool Trained => Part != AdapterPart.Frozen;
}
