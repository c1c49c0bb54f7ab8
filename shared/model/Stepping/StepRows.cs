namespace LoraMesh.Model.Stepping;

/// <summary>Rows of float32 in memory that someone else owns.</summary>
/// <param name="Data">The first number of the first row.</param>
/// <param name="Count">How many rows.</param>
/// <param name="Width">Numbers of a row.</param>
/// <param name="Stride">Numbers from the beginning of a row to that of the next.</param>
internal readonly unsafe record struct StepRows(nint Data, int Count, int Width, int Stride)
{
    internal float* Row(long row) => (float*)Data + (row * Stride);

    /// <summary>Some columns of all rows.</summary>
    internal StepRows Columns(int first, int width) => new((nint)((float*)Data + first), Count, width, Stride);
}
