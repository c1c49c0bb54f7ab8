namespace LoraMesh.Model;

/// <summary>How the linear layers of a frozen base are held while adapters are trained over them. Embedding, head and norms stay as they are.</summary>
public enum BaseQuantization
{
    /// <summary>As they are.</summary>
    None,

    /// <summary>8 bits a weight, one scale for each output (vector-wise, as in Dettmers et al., 2022, arXiv 2208.07339, without its outliers).</summary>
    EightBit,

    /// <summary>4 bits a weight, NormalFloat, one scale for every 64 (QLoRA: Dettmers et al., 2023, arXiv 2305.14314).</summary>
    Nf4,

    /// <summary>The same with scales of 8 bits (double quantisation, section 3 there).</summary>
    Nf4Double,
}
