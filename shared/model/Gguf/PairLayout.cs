namespace LoraMesh.Model.Gguf;

/// <summary>How the matrices of a pair lie in a GGUF adapter: as in PEFT, but for A of an embedding, which is turned over.</summary>
internal static class PairLayout
{
    /// <summary>The columns of a matrix of so many rows, one after the other.</summary>
    internal static float[] Transpose(float[] matrix, int rows)
    {
        var columns = matrix.Length / rows;
        var turned = new float[matrix.Length];
        for (var i = 0; i < matrix.Length; i++)
        {
            turned[(i % columns * rows) + (i / columns)] = matrix[i];
        }

        return turned;
    }
}
