using static TorchSharp.torch;

namespace LoraMesh.Model;

/// <summary>One tensor of an adapter in memory and, where it is trained, its gradient.</summary>
/// <param name="Slot">Where it belongs.</param>
/// <param name="Value">float32; a view of the adapter's flat buffer where it is trained.</param>
/// <param name="Gradient">A view of the flat buffer of gradients, or null.</param>
internal sealed record AdapterTensor(AdapterSlot Slot, Tensor Value, Tensor? Gradient) : IDisposable
{
    public void Dispose()
    {
        Value.Dispose();
        Gradient?.Dispose();
    }
}
