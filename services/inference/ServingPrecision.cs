using System.Diagnostics.CodeAnalysis;

namespace LoraMesh.Inference;

/// <summary>How precisely a base model's weights are held and multiplied.</summary>
public enum ServingPrecision
{
    /// <summary>The weights as they are stored, products in float32. Weights stored in bfloat16 take no more memory than with <see cref="Bf16"/>.</summary>
    Exact,

    /// <summary>Weights rounded to bfloat16; prompts are read with inputs rounded too, which is several times faster where the processor has it.</summary>
    Bf16,

    /// <summary>As <see cref="Bf16"/>, with the layers' matrices in 8 bits and a scale for each output: half of the memory again.</summary>
    [SuppressMessage("Naming", "CA1720", Justification = "The name that it has everywhere.")]
    Int8,
}
