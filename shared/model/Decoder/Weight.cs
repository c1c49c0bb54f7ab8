using static TorchSharp.torch;

namespace LoraMesh.Model.Decoder;

/// <summary>A tensor of the base model and, where the base itself is trained, its gradient.</summary>
internal sealed class Weight(string name, Tensor value) : IDisposable
{
    internal string Name { get; } = name;

    internal Tensor Value { get; private set; } = value;

    internal Tensor? Gradient { get; private set; }

    /// <summary>Moves the value into a view of a buffer that an optimizer steps as a whole.</summary>
    internal void Rebind(Tensor value, Tensor gradient)
    {
        value.copy_(Value);
        Value.Dispose();
        (Value, Gradient) = (value, gradient);
    }

    public void Dispose()
    {
        Value.Dispose();
        Gradient?.Dispose();
    }
}
