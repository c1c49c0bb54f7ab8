namespace LoraMesh.Text;

/// <summary>A conversation as token ids, and which of them the assistant said.</summary>
public sealed record EncodedChat
{
    /// <summary>The token ids.</summary>
    public required IReadOnlyList<int> Ids { get; init; }

    /// <summary>One entry per id: true where the token lies in an assistant span, so that it is trained on.</summary>
    public required IReadOnlyList<bool> AssistantMask { get; init; }

    /// <summary>What the assistant said, as ranges of the rendered text.</summary>
    public required IReadOnlyList<TextSpan> AssistantSpans { get; init; }
}
