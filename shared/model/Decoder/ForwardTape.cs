using static TorchSharp.torch;

namespace LoraMesh.Model.Decoder;

/// <summary>What the backward pass needs of a whole forward pass.</summary>
internal sealed class ForwardTape : IDisposable
{
    private Tensor? _output;

    internal List<LayerTape> Layers { get; } = [];

    internal LayerTape AddLayer()
    {
        var layer = new LayerTape();
        Layers.Add(layer);
        return layer;
    }

    /// <summary>Output of the last layer, before the final norm; [T, C].</summary>
    internal Tensor Output => _output ?? throw new InvalidOperationException("The forward pass has not run.");

    internal void KeepOutput(Tensor output) => _output = output.alias().DetachFromDisposeScope();

    public void Dispose()
    {
        _output?.Dispose();
        foreach (var layer in Layers)
        {
            layer.Dispose();
        }
    }
}
