using static TorchSharp.torch;

namespace LoraMesh.Model;

// I input width, O output width, R rank.

/// <summary>The two matrices over one linear layer; views of the adapter's flat buffers.</summary>
internal sealed class LoraPair(Tensor a, Tensor b, Tensor? gradientA, Tensor? gradientB, double scale) : IDisposable
{
    internal Tensor A { get; } = a; // (R, I)

    internal Tensor B { get; } = b; // (O, R)

    internal Tensor? GradientA { get; } = gradientA;

    internal Tensor? GradientB { get; } = gradientB;

    internal double Scale { get; } = scale;

    public void Dispose()
    {
        A.Dispose();
        B.Dispose();
        GradientA?.Dispose();
        GradientB?.Dispose();
    }
}
