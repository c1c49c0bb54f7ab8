using LoraMesh.Text.Reading;

namespace LoraMesh.Text.AddedTokens;

// A token that is cut out of the text before the model sees it.
internal sealed record AddedToken
{
    public required string Content { get; init; }

    public bool IsSpecial { get; init; }

    /// <summary>Whether it is looked for in normalized text, by its own normalized form.</summary>
    public bool IsNormalized { get; init; }

    public bool TakesSpaceBefore { get; init; }

    public bool TakesSpaceAfter { get; init; }

    public bool IsWholeWord { get; init; }

    public static AddedToken Read(JsonPart part)
    {
        var isSpecial = part.Member("special").Boolean(false);
        return new AddedToken
        {
            Content = part.Member("content").String(),
            IsSpecial = isSpecial,
            IsNormalized = part.Member("normalized").Boolean(!isSpecial),
            TakesSpaceBefore = part.Member("lstrip").Boolean(false),
            TakesSpaceAfter = part.Member("rstrip").Boolean(false),
            IsWholeWord = part.Member("single_word").Boolean(false),
        };
    }
}
