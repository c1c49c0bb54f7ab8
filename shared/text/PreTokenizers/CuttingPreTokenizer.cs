namespace LoraMesh.Text.PreTokenizers;

// One that only finds places to cut at: its pieces are ranges of the text as it came.
internal abstract class CuttingPreTokenizer(SplitBehavior behavior, bool invert) : PreTokenizer
{
    public sealed override void Split(Piece piece, List<Piece> pieces)
    {
        var (matches, ranges) = (new List<(int Start, int End)>(), new List<(int Start, int End)>());
        Cut(piece.Chars, 0, matches, ranges);
        foreach (var (start, end) in ranges)
        {
            pieces.Add(piece.Slice(start, end));
        }
    }

    /// <summary>Adds the ranges that a text falls apart into, moved on by an offset.</summary>
    /// <param name="text">The text.</param>
    /// <param name="offset">What is added to every range.</param>
    /// <param name="matches">Room for what is found on the way.</param>
    /// <param name="ranges">Gets the ranges.</param>
    public void Cut(ReadOnlySpan<char> text, int offset, List<(int Start, int End)> matches, List<(int Start, int End)> ranges)
    {
        matches.Clear();
        FindAll(text, matches);
        Cutter.Cut(text.Length, offset, matches, behavior, invert, ranges);
    }

    /// <summary>Adds all matches from left to right.</summary>
    protected abstract void FindAll(ReadOnlySpan<char> text, List<(int Start, int End)> matches);
}
