namespace LoraMesh.Text;

/// <summary>A conversation as the text that a model reads.</summary>
public sealed record RenderedChat
{
    /// <summary>The rendered text; its special tokens are already in it.</summary>
    public required string Text { get; init; }

    /// <summary>What the template put into generation blocks, in order; empty where it has none.</summary>
    public required IReadOnlyList<TextSpan> AssistantSpans { get; init; }

    // A block within a macro is placed where the macro's output begins, as transformers does. Where that is not what the
    // block wrote, a mask from it would be wrong.
    internal TextSpan? MisplacedSpan { get; init; }
}
