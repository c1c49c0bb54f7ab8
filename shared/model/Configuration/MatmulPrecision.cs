namespace LoraMesh.Model;

/// <summary>Precision of the products with base weights; everything else is float32.</summary>
public enum MatmulPrecision
{
    /// <summary>Exact to float32 rounding.</summary>
    Exact,

    /// <summary>Inputs and weights rounded to bfloat16, sums in float32: twice as fast where the processor has it.</summary>
    BFloat16,
}
