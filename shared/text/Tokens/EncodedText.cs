namespace LoraMesh.Text;

/// <summary>A text as token ids, and where each comes from.</summary>
public sealed record EncodedText
{
    /// <summary>The token ids.</summary>
    public required IReadOnlyList<int> Ids { get; init; }

    /// <summary>Per id the range of the text that it stands for; empty for a token that the tokenizer added.</summary>
    public required IReadOnlyList<TextSpan> Offsets { get; init; }
}
