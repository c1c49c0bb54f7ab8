using LoraMesh.DatasetPrep.Building;
using LoraMesh.DatasetPrep.Pipeline;
using LoraMesh.Text;

namespace LoraMesh.DatasetPrep.Reporting;

/// <summary>Shows rows as the model sees them: token by token, those that carry loss apart.</summary>
internal sealed class SampleView(Tokenizer tokenizer)
{
    private const int MostTokens = 400;

    /// <summary>One row.</summary>
    public Markup Show(SampleRow row)
    {
        var side = row.Split == RowSplit.Train ? "train" : "test";
        var sequences = row.Sequences.Select((sequence, i) => Markup.Of($"""<div class="tokens" dir="auto">{(row.Sequences.Count == 2 ? Markup.Of($"""<b class="side">{(i == 0 ? "chosen" : "rejected")}</b>""") : Markup.None)}{Tokens(sequence)}</div>"""));
        var learned = row.Sequences.Sum(sequence => sequence.Marked.ToArray().Count(TokenSequence.IsSupervised));
        return Markup.Of($"""<figure><figcaption><span class="dot {side}"></span><b>{row.File}:{PlainLine(row.Line)}</b> <code>{row.Id}</code> {row.Sequences.Sum(sequence => sequence.Length)} tokens, {learned} learned</figcaption>{sequences}</figure>""");
    }

    private static string PlainLine(int line) => line.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private IEnumerable<Markup> Tokens(TokenSequence sequence)
    {
        var decoder = tokenizer.CreateStreamingDecoder(skipSpecialTokens: false);
        var (shown, isLearned) = (0, false);
        foreach (var marked in sequence.Marked.ToArray())
        {
            if (shown++ == MostTokens)
            {
                yield return Markup.Of($"""<span class="more">… {sequence.Length - MostTokens} more</span>""");
                yield break;
            }

            isLearned = TokenSequence.IsSupervised(marked);
            if (decoder.Push(TokenSequence.Id(marked)) is { } text)
            {
                yield return Token(text, isLearned);
            }
        }

        if (decoder.Flush() is { } rest)
        {
            yield return Token(rest, isLearned);
        }
    }

    private static Markup Token(string text, bool isLearned) => Markup.Of($"""<span class="{(isLearned ? "t l" : "t")}">{Visible(text)}</span>""");

    // Line ends get a sign; they stay what they are beside it.
    private static string Visible(string text) =>
        text.Replace("\n", "↵\n", StringComparison.Ordinal).Replace("\t", "⇥\t", StringComparison.Ordinal).Replace('\r', '␍').Replace('\u001B', '␛');
}
