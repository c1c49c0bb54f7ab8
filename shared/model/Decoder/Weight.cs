using LoraMesh.Model.Quantization;
using LoraMesh.Model.Runtime;
using LoraMesh.Model.Stepping;
using static TorchSharp.torch;

namespace LoraMesh.Model.Decoder;

// T rows, I inputs, O outputs.

/// <summary>
/// A tensor of the base model and, where the base itself is trained, its gradient. Matrix products go through here, so
/// that their precision is chosen in one place.
/// </summary>
internal sealed class Weight(string name, Tensor value) : IDisposable
{
    private Tensor? _value = value;
    private Tensor? _rounded;
    private Tensor? _packed;
    private QuantizedMatrix? _quantized;
    private bool _half;
    private bool _packs;

    internal string Name { get; } = name;

    /// <summary>float32; made anew, for the caller's scope, where only a copy in fewer bits is held.</summary>
    internal Tensor Value => _value ?? _quantized?.Dequantize(ScalarType.Float32) ?? (_rounded ?? _packed)!.to_type(ScalarType.Float32);

    internal IReadOnlyList<long> Shape => _quantized?.Shape ?? (_value ?? _rounded ?? _packed)!.shape;

    internal Tensor? Gradient { get; private set; }

    /// <summary>Whether products run on a bfloat16 copy.</summary>
    internal bool IsRounded => _rounded is not null || _half;

    /// <summary>Bytes of the whole matrix that a product makes anew; 0 where it is held.</summary>
    internal long MadeBytes => _quantized is null && _packed is null ? 0 : Shape.Aggregate(_half ? 2L : 4L, (product, size) => product * size);

    /// <summary>Holds a frozen matrix in few bits from now on; every product then sees what these say.</summary>
    internal void Quantize(BaseQuantization kind)
    {
        _quantized = QuantizedMatrix.Of(_value ?? throw new InvalidOperationException($"{Name} is rounded already."), kind);
        _value.Dispose();
        _value = null;
    }

    /// <summary>
    /// Lets products run on a bfloat16 copy; call it again when the value has changed. A frozen value that the copy says
    /// exactly, as one that was stored so, is not kept beside it.
    /// </summary>
    internal void Round()
    {
        _half = _quantized is not null;
        if (_packed is not null)
        {
            (_rounded, _packed) = (_packed, null);
        }

        if (_value is null)
        {
            return;
        }

        _rounded?.Dispose();
        _rounded = _value.to_type(ScalarType.BFloat16).DetachFromDisposeScope();
        using var scope = NewDisposeScope();
        if (Gradient is null && _rounded.to_type(ScalarType.Float32).Equals(_value))
        {
            _value.Dispose();
            _value = null;
        }
    }

    /// <summary>
    /// Holds a value that bfloat16 says exactly, as one that was stored so, in that from now on; products run in float32 all the same.
    /// </summary>
    internal void Pack()
    {
        _packs = true;
        if (_value is null || Gradient is not null)
        {
            return;
        }

        using var scope = NewDisposeScope();
        var half = _value.to_type(ScalarType.BFloat16);
        if (half.to_type(ScalarType.Float32).Equals(_value))
        {
            _packed = half.DetachFromDisposeScope();
            _value.Dispose();
            _value = null;
        }
    }

    /// <summary>Rows of a matrix by their numbers, float32.</summary>
    internal Tensor Rows(Tensor ids) => _value?.index_select(0, ids) ?? (_rounded ?? _packed)!.index_select(0, ids).to_type(ScalarType.Float32);

    /// <summary>How a step reads the matrix, or null where it is not held in a way that one knows.</summary>
    internal unsafe StepMatrix? Step()
    {
        var (outputs, inputs) = ((int)Shape[0], (int)Shape[1]);
        if ((_rounded ?? _packed ?? _value) is { } held && held.device_type != TorchSharp.DeviceType.CPU)
        {
            return null;
        }

        return (_rounded ?? _packed) is { } half ? new StepMatrix((nint)TorchAbi.Address(half), 16, 0, inputs, outputs)
            : _value is { } single ? new StepMatrix((nint)TorchAbi.Address(single), 32, 0, inputs, outputs)
            : (_quantized as Int8Matrix)?.Step();
    }

    /// <summary>x [T, I] → xWᵀ + b [T, O].</summary>
    internal Tensor Apply(Tensor x, Tensor? bias = null)
    {
        using var scope = NewDisposeScope();
        var matrix = Factor();
        if (!IsRounded)
        {
            return nn.functional.linear(x, matrix, bias).MoveToOuterDisposeScope();
        }

        if (x.dtype == ScalarType.BFloat16)
        {
            return nn.functional.linear(x, matrix, bias is null ? null : Half(bias)).MoveToOuterDisposeScope();
        }

        var y = nn.functional.linear(Half(x), matrix).to_type(ScalarType.Float32);
        return (bias is null ? y : y.add_(bias)).MoveToOuterDisposeScope();
    }

    /// <summary>dy [T, O] → dx = dyW [T, I].</summary>
    internal Tensor ApplyTransposed(Tensor dy)
    {
        using var scope = NewDisposeScope();
        var matrix = Factor();
        return (dy.dtype == matrix.dtype ? dy.mm(matrix) : Half(dy).mm(matrix).to_type(ScalarType.Float32)).MoveToOuterDisposeScope();
    }

    /// <summary>Adds dyᵀx to the gradient, where there is one.</summary>
    internal void AddGradient(Tensor dy, Tensor x)
    {
        if (Gradient is null)
        {
            return;
        }

        using var scope = NewDisposeScope();
        if (_rounded is null)
        {
            Gradient.addmm_(dy.t(), x, beta: 1, alpha: 1);
        }
        else
        {
            Gradient.add_(Half(dy).t().mm(Half(x)).to_type(ScalarType.Float32));
        }
    }

    /// <summary>Moves the value into a view of a buffer that an optimizer steps as a whole.</summary>
    internal void Rebind(Tensor value, Tensor gradient)
    {
        using var scope = NewDisposeScope();
        value.copy_(Value);
        _value?.Dispose();
        (_value, Gradient) = (value, gradient);
    }

    /// <summary>Puts another value of the same shape in place, and gives back the one before.</summary>
    internal Tensor Exchange(Tensor value)
    {
        var before = _value ?? Value.DetachFromDisposeScope();
        _value = value;
        if (_packs)
        {
            _packed?.Dispose();
            _packed = null;
            Pack();
        }

        if (_rounded is not null)
        {
            Round();
        }

        return before;
    }

    public void Dispose()
    {
        _value?.Dispose();
        Gradient?.Dispose();
        _rounded?.Dispose();
        _packed?.Dispose();
        _quantized?.Dispose();
    }

    // What products run on; made anew, for the caller's scope, where it is held in few bits.
    private Tensor Factor() => _rounded ?? _quantized?.Dequantize(_half ? ScalarType.BFloat16 : ScalarType.Float32) ?? _value ?? _packed!.to_type(ScalarType.Float32);

    private static Tensor Half(Tensor x) => x.to_type(ScalarType.BFloat16);
}
