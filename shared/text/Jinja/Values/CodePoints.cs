using System.Text;

namespace LoraMesh.Text.Jinja.Values;

// Python counts code points where .NET counts UTF-16 chars. Text without surrogates, which is most, needs no work.
internal static class CodePoints
{
    public static int Length(string text)
    {
        var length = text.Length;
        for (var i = 0; i + 1 < text.Length; i++)
        {
            if (char.IsSurrogatePair(text[i], text[i + 1]))
            {
                length--;
                i++;
            }
        }

        return length;
    }

    public static IReadOnlyList<string> Split(string text)
    {
        var items = new List<string>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var isPair = i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]);
            items.Add(isPair ? text.Substring(i++, 2) : text[i].ToString());
        }

        return items;
    }

    public static bool HasPairs(string text) => text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF');

    /// <summary>The UTF-16 index of a code point's index, which may be the length.</summary>
    public static int ToUtf16(string text, int index)
    {
        var i = 0;
        for (; index > 0 && i < text.Length; index--)
        {
            i += i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]) ? 2 : 1;
        }

        return i;
    }

    public static int FromUtf16(string text, int index) => Length(text[..index]);

    public static string Join(IEnumerable<object> items)
    {
        var text = new StringBuilder();
        foreach (var item in items)
        {
            text.Append((string)item);
        }

        return text.ToString();
    }

    /// <summary>Orders as Python does, by code point; UTF-16 order puts U+FFxx after the surrogates.</summary>
    public static int Compare(string left, string right)
    {
        var at = left.AsSpan().CommonPrefixLength(right);
        if (at == left.Length || at == right.Length)
        {
            return left.Length.CompareTo(right.Length);
        }

        var (a, b) = (left[at], right[at]);
        return char.IsSurrogate(a) == char.IsSurrogate(b) ? a.CompareTo(b) : char.IsSurrogate(a) ? 1 : -1;
    }
}
