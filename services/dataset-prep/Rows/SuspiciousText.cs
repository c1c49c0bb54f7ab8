using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;
using LoraMesh.DatasetPrep.Problems;

namespace LoraMesh.DatasetPrep.Rows;

/// <summary>Tells what is behind characters that sound text seldom has.</summary>
internal static partial class SuspiciousText
{
    private const char Replacement = '\uFFFD';

    private static readonly char[] Controls =
        [.. Enumerable.Range(1, 0x1F).Concat(Enumerable.Range(0x7F, 0x21)).Select(value => (char)value).Where(c => c is not ('\t' or '\n' or '\r' or '\u0085'))];

    // Not the joiners U+200C and U+200D, which Persian and emoji need.
    private static readonly char[] Invisible =
        ['\u00AD', '\u200B', '\u2060', '\u2061', '\u2062', '\u2063', '\u2064', '\uFEFF', '\u200E', '\u200F', .. Range('\u202A', '\u202E'), .. Range('\u2066', '\u2069')];

    private static readonly SearchValues<char> ControlSet = SearchValues.Create(Controls);
    private static readonly SearchValues<char> InvisibleSet = SearchValues.Create(Invisible);
    private static readonly SearchValues<char> MojibakeStarts = SearchValues.Create([.. Range('\u00C2', '\u00F4')]);

    /// <summary>Where none of these is, <see cref="Check"/> finds nothing.</summary>
    public static SearchValues<char> Characters { get; } =
        SearchValues.Create([.. Controls, .. Invisible, .. Range('\u00C2', '\u00F4'), Replacement, '\r', '<', '&', '\uDB40']);

    /// <summary>Whether nothing of the text can be seen.</summary>
    public static bool IsBlank(string text)
    {
        foreach (var c in text)
        {
            if (!char.IsWhiteSpace(c) && !char.IsControl(c) && !InvisibleSet.Contains(c) && c is not ('\u200C' or '\u200D'))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The text, mended where the project wants that.</summary>
    public static string Check(string text, string path, RowProblems problems)
    {
        if (text.Contains(Replacement, StringComparison.Ordinal))
        {
            problems.Add(ProblemKind.ReplacementCharacter, path, Around(text, text.IndexOf(Replacement, StringComparison.Ordinal)), "the character that was there", "A conversion has lost characters: export the text again from its source.");
        }

        if (text.AsSpan().IndexOfAny(MojibakeStarts) >= 0 && WesternText.FirstMojibake(text) is var at and >= 0
            && problems.Add(ProblemKind.Mojibake, path, Around(text, at), Around(WesternText.Repair(text), at), "UTF-8 was read as Windows-1252: export the text again, or set prep.policies.mojibake: repair.") == ProblemPolicy.Repair)
        {
            text = WesternText.Repair(text);
        }

        text = Without(ControlSet, text, ProblemKind.StrayControlCharacters, path, "text without control characters", "Remove them; they are usually left over from a terminal.", problems);
        text = Without(InvisibleSet, text, ProblemKind.InvisibleCharacters, path, "text without hidden characters", "Remove them; they hide words from people, and a model reads them.", problems);
        if (TagCharacters().Match(text) is { Success: true } tag
            && problems.Add(ProblemKind.InvisibleCharacters, path, Around(text, tag.Index), "text without hidden characters", "Remove them; they hide words from people, and a model reads them.") == ProblemPolicy.Repair)
        {
            text = TagCharacters().Replace(text, string.Empty);
        }

        if (text.Contains('\r', StringComparison.Ordinal)
            && problems.Add(ProblemKind.CarriageReturns, path, Around(text, text.IndexOf('\r', StringComparison.Ordinal)), "lines that end with \\n", "Write line ends as \\n.") == ProblemPolicy.Repair)
        {
            text = text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        }

        if (Markup().Match(text) is { Success: true } markup)
        {
            problems.Add(ProblemKind.HtmlMarkup, path, Around(text, markup.Index), "plain text or Markdown", "Convert the markup to text, if the model is not to write HTML.");
        }

        return text;
    }

    private static string Without(SearchValues<char> unwanted, string text, string kind, string path, string expected, string suggestion, RowProblems problems)
    {
        var at = text.AsSpan().IndexOfAny(unwanted);
        if (at < 0 || problems.Add(kind, path, Around(text, at), expected, suggestion) != ProblemPolicy.Repair)
        {
            return text;
        }

        var kept = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            kept.Append(unwanted.Contains(c) ? [] : [c]);
        }

        return kept.ToString();
    }

    private static string Around(string text, int at)
    {
        var start = Math.Max(0, Math.Min(at, text.Length) - 15);
        var piece = text.AsSpan(start, Math.Min(text.Length - start, 40));
        var shown = new StringBuilder();
        foreach (var rune in piece.EnumerateRunes())
        {
            shown.Append(rune.Value < 0x10000 && InvisibleSet.Contains((char)rune.Value) ? $"\\u{rune.Value:x4}" : rune.ToString());
        }

        return Shown.Text(shown.ToString());
    }

    private static IEnumerable<char> Range(char first, char last) => Enumerable.Range(first, last - first + 1).Select(value => (char)value);

    [GeneratedRegex("(?>(?:\uDB40[\uDC20-\uDC7E]){2,})(?!\uDB40\uDC7F)", RegexOptions.CultureInvariant)]
    private static partial Regex TagCharacters();

    [GeneratedRegex(@"</?(?:a|b|br|div|em|font|h[1-6]|i|img|li|ol|p|script|span|strong|style|table|td|th|tr|u|ul)(?:\s[^<>]{0,300})?/?>|&(?:nbsp|amp|lt|gt|quot|apos|#\d{2,6}|#x[0-9a-fA-F]{2,6});", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Markup();
}
