namespace LoraMesh.Model.Gguf;

/// <summary>
/// llama.cpp's llama architecture rotates neighbouring dimensions, transformers those half a head apart: the rows of q and
/// k are put in the other order. New row h·D+2j+t is old row h·D+t·D/2+j (D head width, t 0 or 1).
/// </summary>
internal static class RotaryRows
{
    internal static float[] ToGguf(float[] matrix, int heads, int columns)
    {
        var width = matrix.Length / columns / heads;
        var turned = new float[matrix.Length];
        for (var row = 0; row < heads * width; row++)
        {
            var old = (row / width * width) + (row % width % 2 * (width / 2)) + (row % width / 2);
            matrix.AsSpan(old * columns, columns).CopyTo(turned.AsSpan(row * columns, columns));
        }

        return turned;
    }
}
