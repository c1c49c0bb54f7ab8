using LoraMesh.Model.Kernels;
using LoraMesh.Model.Runtime;
using static TorchSharp.torch;

namespace LoraMesh.Model.Quantization;

// O outputs, I inputs.

/// <summary>A frozen matrix [O, I] in few bits, made whole for every product that it takes part in.</summary>
internal abstract unsafe class QuantizedMatrix(IReadOnlyList<long> shape) : IDisposable
{
    internal IReadOnlyList<long> Shape { get; } = shape;

    /// <summary>Rounds a float32 matrix; it is left as it is.</summary>
    internal static QuantizedMatrix Of(Tensor matrix, BaseQuantization kind) => kind switch
    {
        BaseQuantization.EightBit => new Int8Matrix(matrix),
        BaseQuantization.Nf4 => new Nf4Matrix(matrix, doubly: false),
        BaseQuantization.Nf4Double => new Nf4Matrix(matrix, doubly: true),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is nothing to be rounded to."),
    };

    /// <summary>The matrix in float32 or bfloat16, for the caller's scope; in bfloat16 it is the float32 one rounded.</summary>
    internal Tensor Dequantize(ScalarType type)
    {
        var result = empty([.. Shape], type);
        var address = TorchAbi.Address(result);
        var half = type == ScalarType.BFloat16;
        RowLoop.Run(Shape[0], Shape[1], (first, end) =>
        {
            if (half)
            {
                Fill(first, end, null, (ushort*)address);
            }
            else
            {
                Fill(first, end, (float*)address, null);
            }
        });
        return result;
    }

    /// <summary>Bytes that it takes.</summary>
    internal abstract long Bytes { get; }

    /// <summary>Writes rows from the first up to the end into whichever of the two whole matrices is not null.</summary>
    protected abstract void Fill(long first, long end, float* single, ushort* half);

    public abstract void Dispose();
}
