namespace LoraMesh.Text.Models;

/// <param name="Start">The first of some UTF-8 bytes of a piece.</param>
/// <param name="End">The one after the last.</param>
internal readonly record struct ByteRange(int Start, int End);

/// <param name="Ids">The tokens of a piece.</param>
/// <param name="Bytes">Which UTF-8 bytes of the piece each stands for.</param>
internal sealed record Word(int[] Ids, ByteRange[] Bytes)
{
    public WordTokens Tokens => new(Ids, Bytes);

    public static Word One(int id, int length) => new([id], [new ByteRange(0, length)]);
}

/// <summary>The same wherever it lies.</summary>
/// <param name="ids">The tokens of a piece.</param>
/// <param name="bytes">Which UTF-8 bytes of the piece each stands for.</param>
internal readonly ref struct WordTokens(ReadOnlySpan<int> ids, ReadOnlySpan<ByteRange> bytes)
{
    public ReadOnlySpan<int> Ids { get; } = ids;

    public ReadOnlySpan<ByteRange> Bytes { get; } = bytes;
}
