using LoraMesh.Text.Patterns;

namespace LoraMesh.Text.PreTokenizers;

// Split, and Whitespace, which is a split with a pattern of its own.
internal sealed class PatternPreTokenizer(TextPattern pattern, SplitBehavior behavior, bool invert) : PreTokenizer
{
    public override void Split(Piece piece, List<Piece> pieces)
    {
        var matches = new List<(int Start, int End)>();
        pattern.FindAll(piece.Chars, matches);
        Cutter.Cut(piece, matches, behavior, invert, pieces);
    }
}
