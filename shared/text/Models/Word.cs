namespace LoraMesh.Text.Models;

/// <param name="Ids">The tokens of a piece.</param>
/// <param name="Bytes">Which UTF-8 bytes of the piece each stands for.</param>
internal sealed record Word(int[] Ids, (int Start, int End)[] Bytes)
{
    public static Word One(int id, int length) => new([id], [(0, length)]);
}
