using LoraMesh.Text.Patterns;

namespace LoraMesh.Text.PreTokenizers;

// Split, and Whitespace, which is a split with a pattern of its own.
internal sealed class PatternPreTokenizer(TextPattern pattern, SplitBehavior behavior, bool invert) : CuttingPreTokenizer(behavior, invert)
{
    protected override void FindAll(ReadOnlySpan<char> text, List<(int Start, int End)> matches) => pattern.FindAll(text, matches);
}
