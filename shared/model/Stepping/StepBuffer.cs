namespace LoraMesh.Model.Stepping;

/// <summary>Memory for rows of one width, kept from step to step. Rows lie a multiple of a product's 32 numbers apart.</summary>
internal sealed unsafe class StepBuffer(int width) : IDisposable
{
    private readonly NativeFloats _floats = new();

    private int Stride { get; } = (width + StepPanels.Chunk - 1) / StepPanels.Chunk * StepPanels.Chunk;

    internal StepRows Rows(int count) => new((nint)_floats.Reserve((long)count * Stride), count, width, Stride);

    public void Dispose() => _floats.Dispose();
}
