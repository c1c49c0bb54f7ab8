using System.Numerics;
using LoraMesh.Text.Jinja.Methods;
using LoraMesh.Text.Jinja.Values;

namespace LoraMesh.Text.Jinja.Filters;

// Python's int(text, base).
internal static class IntegerText
{
    private const int MaxDigits = 4_300;

    /// <summary>The number, or null where the text is none.</summary>
    public static object? Parse(string text, long radix)
    {
        text = Splitting.Strip(text, null, left: true, right: true).ToLowerInvariant();
        var isNegative = text.StartsWith('-');
        text = text.Length > 0 && text[0] is '-' or '+' ? text[1..] : text;
        var prefix = text.Length > 2 && text[0] == '0' ? text[1] switch { 'x' => 16, 'o' => 8, 'b' => 2, _ => 0 } : 0;
        if (prefix != 0 && (radix == prefix || radix == 0))
        {
            text = text[2..].TrimStart('_');
            radix = prefix;
        }

        radix = radix == 0 ? 10 : radix;
        if (text.Length is 0 or > MaxDigits || radix is < 2 or > 36 || text.StartsWith('_') || text.EndsWith('_') || text.Contains("__", StringComparison.Ordinal))
        {
            return null;
        }

        var value = BigInteger.Zero;
        foreach (var c in text.Where(c => c != '_'))
        {
            var digit = char.IsAsciiDigit(c) ? c - '0' : char.IsAsciiLetterLower(c) ? c - 'a' + 10 : char.IsDigit(c) ? (int)char.GetNumericValue(c) : 99;
            if (digit >= radix)
            {
                return null;
            }

            value = (value * radix) + digit;
        }

        return Numbers.Shrink(isNegative ? -value : value);
    }
}
