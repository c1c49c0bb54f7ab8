namespace LoraMesh.Model;

/// <summary>All that an adapter does to one module of the base.</summary>
internal sealed class ModuleChange
{
    /// <summary>The pair of matrices over its weight.</summary>
    internal LoraPair? Pair { get; set; }

    /// <summary>A weight of its own instead of the base's.</summary>
    internal AdapterTensor? Weight { get; set; }

    /// <summary>A bias of its own instead of the base's.</summary>
    internal AdapterTensor? Bias { get; set; }

    /// <summary>Rows of its own instead of the base's; of embedding and head.</summary>
    internal AdapterTensor? Tokens { get; set; }

    /// <summary>The matrix below the pair, where the adapter's files bring one along.</summary>
    internal AdapterTensor? Frozen { get; set; }
}
