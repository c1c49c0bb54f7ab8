using System.Globalization;
using System.Text;

namespace LoraMesh.Text.Jinja.Methods;

// Upper, lower and title case by code point, with the letters whose other case is longer.
internal static class TextCase
{
    private static readonly Dictionary<int, string> LongUpper = new()
    {
        ['ß'] = "SS", ['ſ'] = "S", ['ı'] = "I", ['ŉ'] = "ʼN", ['ǰ'] = "J̌", ['ΐ'] = "Ϊ́", ['ΰ'] = "Ϋ́", ['և'] = "ԵՒ",
        ['ﬀ'] = "FF", ['ﬁ'] = "FI", ['ﬂ'] = "FL", ['ﬃ'] = "FFI", ['ﬄ'] = "FFL", ['ﬅ'] = "ST", ['ﬆ'] = "ST",
    };

    public static string Upper(string text) => Map(text, Upper);

    public static string Lower(string text)
    {
        var lower = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var isPair = i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]);
            lower.Append(text[i] switch
            {
                'İ' => "i̇",
                'Σ' => IsFinalSigma(text, i) ? "ς" : "σ",
                _ when isPair => Rune.ToLowerInvariant(new Rune(text[i], text[i + 1])).ToString(),
                _ => char.ToLowerInvariant(text[i]).ToString(),
            });
            i += isPair ? 1 : 0;
        }

        return lower.ToString();
    }

    public static string Swap(string text) => Map(text, rune => IsUpper(rune) ? Lower(rune.ToString()) : Upper(rune));

    public static string Capitalize(string text)
    {
        if (text.Length == 0)
        {
            return text;
        }

        var first = text.EnumerateRunes().First();
        return Titled(first) + Lower(text[first.Utf16SequenceLength..]);
    }

    /// <summary>Every letter that follows no letter in upper case, the rest in lower case.</summary>
    public static string Title(string text)
    {
        var afterLetter = false;
        return Map(text, rune =>
        {
            var mapped = afterLetter ? Lower(rune.ToString()) : Titled(rune);
            afterLetter = IsCased(rune);
            return mapped;
        });
    }

    public static bool IsLower(string text) => text.EnumerateRunes().Any(IsCased) && !text.EnumerateRunes().Any(r => IsUpper(r) || IsTitle(r));

    public static bool IsUpper(string text) => text.EnumerateRunes().Any(IsCased) && !text.EnumerateRunes().Any(r => IsLower(r) || IsTitle(r));

    public static bool IsTitle(string text)
    {
        var afterLetter = false;
        var any = false;
        foreach (var rune in text.EnumerateRunes())
        {
            if ((IsUpper(rune) || IsTitle(rune)) && afterLetter || (IsLower(rune) && !afterLetter))
            {
                return false;
            }

            afterLetter = IsCased(rune);
            any |= afterLetter;
        }

        return any;
    }

    public static bool All(string text, Func<Rune, bool> holds) => text.Length > 0 && text.EnumerateRunes().All(holds);

    /// <summary>Decimal digits, and those that stand raised or enclosed.</summary>
    public static bool IsDigit(Rune rune) => Rune.IsDigit(rune)
        || (Rune.GetUnicodeCategory(rune) == UnicodeCategory.OtherNumber && Rune.GetNumericValue(rune) is 0 or 1 or 2 or 3 or 4 or 5 or 6 or 7 or 8 or 9);

    private static string Map(string text, Func<Rune, string> map)
    {
        var mapped = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            mapped.Append(map(rune));
        }

        return mapped.ToString();
    }

    private static string Upper(Rune rune) => LongUpper.TryGetValue(rune.Value, out var upper) ? upper : Rune.ToUpperInvariant(rune).ToString();

    private static string Titled(Rune rune) => rune.Value switch
    {
        'ß' => "Ss",
        'ǆ' or 'Ǆ' or 'ǅ' => "ǅ",
        'ǉ' or 'Ǉ' or 'ǈ' => "ǈ",
        'ǌ' or 'Ǌ' or 'ǋ' => "ǋ",
        'ǳ' or 'Ǳ' or 'ǲ' => "ǲ",
        _ when LongUpper.TryGetValue(rune.Value, out var upper) => upper[..1] + Lower(upper[1..]),
        _ => Rune.ToUpperInvariant(rune).ToString(),
    };

    // Final: a letter before and none after, marks and apostrophes not counted.
    private static bool IsFinalSigma(string text, int at)
    {
        var before = at - 1;
        while (before >= 0 && IsIgnorable(text[before]))
        {
            before--;
        }

        var after = at + 1;
        while (after < text.Length && IsIgnorable(text[after]))
        {
            after++;
        }

        return before >= 0 && IsCased(RuneAt(text, before)) && !(after < text.Length && IsCased(RuneAt(text, after)));
    }

    private static Rune RuneAt(string text, int at) =>
        Rune.TryGetRuneAt(text, at, out var rune) || (at > 0 && Rune.TryGetRuneAt(text, at - 1, out rune)) ? rune : Rune.ReplacementChar;

    private static bool IsIgnorable(char c) => c is '\'' or '.' or ':' or '’' or '·'
        || char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format
            or UnicodeCategory.ModifierLetter or UnicodeCategory.ModifierSymbol;

    private static bool IsCased(Rune rune) => IsUpper(rune) || IsLower(rune) || IsTitle(rune);

    private static bool IsUpper(Rune rune) => Rune.GetUnicodeCategory(rune) == UnicodeCategory.UppercaseLetter || rune.Value is (>= 0x24B6 and <= 0x24CF) or (>= 0x2160 and <= 0x216F);

    private static bool IsLower(Rune rune) => Rune.GetUnicodeCategory(rune) == UnicodeCategory.LowercaseLetter || rune.Value is 'ª' or 'º' or (>= 0x24D0 and <= 0x24E9) or (>= 0x2170 and <= 0x217F);

    private static bool IsTitle(Rune rune) => Rune.GetUnicodeCategory(rune) == UnicodeCategory.TitlecaseLetter;
}
