namespace LoraMesh.Model.Gguf;

/// <summary>
/// llama.cpp's llama architecture rotates neighbouring dimensions, transformers those half a head apart: the rows of q and
/// k are put in the other order. New row h·D+2j+t is old row h·D+t·D/2+j (D head width, t 0 or 1).
/// </summary>
internal static class RotaryRows
{
    /// <summary>Which row of a transformers matrix is row <paramref name="row"/> of the GGUF one, by the width of a head.</summary>
    internal static long Source(long row, int width) => (row / width * width) + (row % width % 2 * (width / 2)) + (row % width / 2);

    internal static float[] ToGguf(float[] matrix, int heads, int columns) => Turn(matrix, heads, columns, back: false);

    internal static float[] FromGguf(float[] matrix, int heads, int columns) => Turn(matrix, heads, columns, back: true);

    private static float[] Turn(float[] matrix, int heads, int columns, bool back)
    {
        var width = matrix.Length / columns / heads;
        var turned = new float[matrix.Length];
        for (var row = 0; row < heads * width; row++)
        {
            var source = (int)Source(row, width);
            var (from, to) = back ? (row, source) : (source, row);
            matrix.AsSpan(from * columns, columns).CopyTo(turned.AsSpan(to * columns, columns));
        }

        return turned;
    }
}
