namespace LoraMesh.Model.Stepping;

/// <summary>A frozen matrix [Outputs, Inputs], row by row, as a step reads it.</summary>
/// <param name="Data">Its first number.</param>
/// <param name="Bits">32: float32; 16: bfloat16; 8: whole numbers, times a scale of each row.</param>
/// <param name="Scales">The scales, [Outputs]; null but for 8 bits.</param>
/// <param name="Inputs">Columns.</param>
/// <param name="Outputs">Rows.</param>
internal readonly unsafe record struct StepMatrix(nint Data, int Bits, nint Scales, int Inputs, int Outputs)
{
    /// <summary>One row in float32; of 32 or 16 bits only.</summary>
    internal void CopyRow(long row, Span<float> target)
    {
        var from = (byte*)Data + (row * Inputs * (Bits / 8));
        if (Bits == 32)
        {
            new ReadOnlySpan<float>(from, Inputs).CopyTo(target);
            return;
        }

        for (var i = 0; i < Inputs; i++)
        {
            target[i] = BitConverter.UInt32BitsToSingle((uint)((ushort*)from)[i] << 16);
        }
    }
}
