using LoraMesh.Text.Models;

namespace LoraMesh.Text.PostProcessors;

// Takes the spaces that a token begins and ends with out of its range (trim_offsets). A single space before the first
// word is left where the pre-tokenizer may have put it there.
internal sealed class SpaceTrimmingPostProcessor(bool addsPrefixSpace) : PostProcessor
{
    // A space as byte-level tokens write it.
    private const char Space = '\u0120';

    public override void Apply(TokenList tokens, bool addSpecialTokens, Func<int, string?> tokenOf)
    {
        for (var i = 0; tokens.Spans is { } spans && i < spans.Count; i++)
        {
            var token = tokens.Written(i) ?? tokenOf(tokens.Ids[i]) ?? "";
            var (before, after) = (0, 0);
            while (before < token.Length && IsSpace(token[before]))
            {
                before++;
            }

            while (after < token.Length && IsSpace(token[^(after + 1)]))
            {
                after++;
            }

            var (start, end) = (spans[i].Start, spans[i].End);
            if (before == 1 && addsPrefixSpace && (i == 0 || start == 0))
            {
                before = 0;
            }

            start = Math.Min(start + before, end);
            for (; after > 0 && end > start; after--)
            {
                end -= end >= 2 && char.IsSurrogatePair(tokens.Text, end - 2) ? 2 : 1;
            }

            spans[i] = new TextSpan(start, Math.Max(start, end));
        }
    }

    private static bool IsSpace(char c) => c == Space || char.IsWhiteSpace(c);
}
