using System.Globalization;
using System.Text;

namespace LoraMesh.Metrics;

/// <summary>Text as Python sees it, since the reference implementations are written in it.</summary>
internal static class PythonText
{
    private const string Punctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

    /// <summary>What <c>str.isspace</c> and <c>\s</c> take for white space.</summary>
    public static bool IsSpace(char character) => char.IsWhiteSpace(character) || character is >= '\x1c' and <= '\x1f';

    /// <summary>ASCII punctuation, <c>string.punctuation</c>.</summary>
    public static bool IsPunctuation(char character) => Punctuation.Contains(character, StringComparison.Ordinal);

    /// <summary>What <c>\w</c> takes.</summary>
    public static bool IsWord(Rune rune) => rune.Value == '_' || Rune.IsLetterOrDigit(rune) || Rune.IsNumber(rune);

    /// <summary>Words between white space, <c>str.split()</c>.</summary>
    public static List<string> Split(string text)
    {
        var words = new List<string>();
        for (var start = 0; start < text.Length;)
        {
            if (IsSpace(text[start]))
            {
                start++;
                continue;
            }

            var end = start;
            while (end < text.Length && !IsSpace(text[end]))
            {
                end++;
            }

            words.Add(text[start..end]);
            start = end;
        }

        return words;
    }

    /// <summary>How many parts <c>re.split(r"\s+", text)</c> gives: empty ones at the ends count.</summary>
    public static long CountParts(string text)
    {
        var parts = 1L;
        for (var i = 0; i < text.Length; i++)
        {
            parts += IsSpace(text[i]) && (i == 0 || !IsSpace(text[i - 1])) ? 1 : 0;
        }

        return parts;
    }

    /// <summary><c>str.lower()</c>: dotted capital I becomes two characters, and a sigma that ends a word has a form of its own.</summary>
    public static string Lower(string text)
    {
        if (!text.Contains('Σ', StringComparison.Ordinal) && !text.Contains('İ', StringComparison.Ordinal))
        {
            return text.ToLowerInvariant();
        }

        var runes = text.EnumerateRunes().ToArray();
        var lower = new StringBuilder(text.Length);
        for (var i = 0; i < runes.Length; i++)
        {
            _ = runes[i].Value switch
            {
                'Σ' => lower.Append(EndsWord(runes, i) ? 'ς' : 'σ'),
                'İ' => lower.Append("i\u0307"),
                _ => lower.Append(Rune.ToLowerInvariant(runes[i]).ToString()),
            };
        }

        return lower.ToString();
    }

    /// <summary>Code points of a text.</summary>
    public static int CodePoints(string text) => text.EnumerateRunes().Count();

    /// <summary>The text without the characters that <paramref name="drop"/> names.</summary>
    public static string Without(string text, Func<char, bool> drop) => string.Concat(text.Where(character => !drop(character)));

    // Unicode's final sigma: a cased letter before it and none after it, marks and quotes looked through.
    private static bool EndsWord(Rune[] runes, int at) =>
        runes[..at].Reverse().SkipWhile(IsLookedThrough).FirstOrDefault() is var before && IsCased(before)
        && !(runes[(at + 1)..].SkipWhile(IsLookedThrough).FirstOrDefault() is var after && IsCased(after));

    private static bool IsCased(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter;

    private static bool IsLookedThrough(Rune rune) => rune.Value is '\'' or '.' or ':' or '^' or '`' or '\u00a8' or '\u00b4' or '\u00b7' or '\u2019'
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format or UnicodeCategory.ModifierLetter or UnicodeCategory.ModifierSymbol;
}
