namespace LoraMesh.Text.Patterns;

internal abstract record PatternNode;

internal sealed record EmptyNode : PatternNode;

internal sealed record OneNode(CharacterSet Set) : PatternNode;

internal sealed record SequenceNode(IReadOnlyList<PatternNode> Items) : PatternNode;

internal sealed record AlternativesNode(IReadOnlyList<PatternNode> Items) : PatternNode;

internal sealed record RepeatNode(PatternNode Body, int Min, int Max, RepeatMode Mode) : PatternNode;

internal sealed record LookNode(PatternNode Body, bool Behind, bool Negative) : PatternNode;

internal sealed record AtomicNode(PatternNode Body) : PatternNode;

internal sealed record AssertionNode(AssertionKind Kind) : PatternNode;

internal enum RepeatMode
{
    Greedy,
    Lazy,
    Possessive,
}

internal enum AssertionKind
{
    TextStart,
    TextEnd,
    TextEndOrLastNewline,
    LineStart,
    LineEnd,
    WordBoundary,
    NoWordBoundary,
}
