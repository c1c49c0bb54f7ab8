namespace LoraMesh.DatasetPrep.Pipeline;

/// <summary>Token ids of which each knows whether it carries loss: the sign bit says so, the other bits are the id.</summary>
/// <param name="Marked">One number a token.</param>
internal readonly record struct TokenSequence(ReadOnlyMemory<int> Marked)
{
    private const int Supervised = int.MinValue;

    public int Length => Marked.Length;

    /// <summary>A token as it stands in a sequence.</summary>
    public static int Mark(int id, bool supervised) => supervised ? id | Supervised : id;

    /// <summary>The id of a token of a sequence.</summary>
    public static int Id(int marked) => marked & ~Supervised;

    /// <summary>Whether a token of a sequence carries loss.</summary>
    public static bool IsSupervised(int marked) => marked < 0;
}
