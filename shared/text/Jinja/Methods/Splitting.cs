using System.Text;
using LoraMesh.Text.Jinja.Values;

namespace LoraMesh.Text.Jinja.Methods;

// Cutting and replacing as Python's str does.
internal static class Splitting
{
    /// <summary>White space to Python, which counts the four separator controls in.</summary>
    public static bool IsSpace(char c) => char.IsWhiteSpace(c) || c is >= '\x1C' and <= '\x1F';

    public static string Strip(string text, object? chars, bool left, bool right)
    {
        var set = chars is null or NoneValue ? null : CodePoints.Split(Arguments.Text(chars, ""));
        var (start, end) = (0, text.Length);
        while (left && start < end && Width(text, start, set) is > 0 and var width)
        {
            start += width;
        }

        while (right && end > start)
        {
            var last = end >= 2 && char.IsSurrogatePair(text[end - 2], text[end - 1]) ? end - 2 : end - 1;
            if (Width(text, last, set) == 0)
            {
                break;
            }

            end = last;
        }

        return text[start..end];
    }

    public static string Replace(string text, string old, string fresh, long count)
    {
        if (count < 0 && old.Length > 0 && text.Length > 0)
        {
            Budget.CheckLength(text.Length + ((long)text.AsSpan().Count(old) * (fresh.Length - old.Length)));
            return text.Replace(old, fresh, StringComparison.Ordinal);
        }

        var parts = old.Length == 0 ? ["", .. CodePoints.Split(text), ""] : text.Split(old);
        var left = count < 0 ? long.MaxValue : count;
        Budget.CheckLength(text.Length + (Math.Min(left, parts.Length) * fresh.Length));
        var result = new StringBuilder(parts[0]);
        for (var i = 1; i < parts.Length; i++)
        {
            result.Append(left-- > 0 ? fresh : old).Append(parts[i]);
        }

        return result.ToString();
    }

    public static TupleValue Partition(string text, string separator, bool last)
    {
        if (separator.Length == 0)
        {
            throw new JinjaException("empty separator");
        }

        var at = last ? text.LastIndexOf(separator, StringComparison.Ordinal) : text.IndexOf(separator, StringComparison.Ordinal);
        return at >= 0 ? new TupleValue([text[..at], separator, text[(at + separator.Length)..]])
            : last ? new TupleValue(["", "", text])
            : new TupleValue([text, "", ""]);
    }

    public static ListValue Split(Runtime runtime, string text, Arguments arguments, string method)
    {
        var bound = arguments.Bind(method, "sep", "maxsplit");
        var limit = Arguments.Integer(bound[1], -1);
        var fromRight = method == "rsplit";
        limit = limit < 0 ? int.MaxValue : Math.Min(limit, int.MaxValue);
        List<object> parts;
        if (bound[0] is null or NoneValue)
        {
            parts = SplitAtSpace(text, limit, fromRight);
        }
        else
        {
            var separator = Arguments.Text(bound[0], "");
            parts = separator.Length > 0 ? SplitAt(text, separator, limit, fromRight) : throw new JinjaException("empty separator");
        }

        runtime.Budget.CheckItems(parts.Count);
        return new ListValue(parts);
    }

    public static ListValue SplitLines(string text, bool keepEnds)
    {
        var lines = new List<object>();
        for (var start = 0; start < text.Length;)
        {
            var end = start;
            while (end < text.Length && text[end] is not ('\n' or '\r' or '\v' or '\f' or '\x1C' or '\x1D' or '\x1E' or '\x85' or '\u2028' or '\u2029'))
            {
                end++;
            }

            var next = end == text.Length ? end : text.AsSpan(end).StartsWith("\r\n") ? end + 2 : end + 1;
            lines.Add(text[start..(keepEnds ? next : end)]);
            start = next;
        }

        return new ListValue(lines);
    }

    public static string ExpandTabs(string text, long size)
    {
        Budget.CheckLength(text.Length + (text.AsSpan().Count('\t') * Math.Max(size, 0)));
        var result = new StringBuilder();
        var column = 0L;
        foreach (var c in text)
        {
            if (c == '\t')
            {
                var width = size > 0 ? size - (column % size) : 0;
                result.Append(' ', (int)width);
                column += width;
                continue;
            }

            result.Append(c);
            column = c is '\n' or '\r' ? 0 : column + 1;
        }

        return result.ToString();
    }

    private static int Width(string text, int at, IReadOnlyList<string>? set)
    {
        var width = at + 1 < text.Length && char.IsSurrogatePair(text[at], text[at + 1]) ? 2 : 1;
        return (set is null ? IsSpace(text[at]) : set.Contains(text.Substring(at, width))) ? width : 0;
    }

    private static List<object> SplitAt(string text, string separator, long limit, bool fromRight)
    {
        var parts = new List<object>();
        if (fromRight)
        {
            var end = text.Length;
            while (limit-- > 0 && text.AsSpan(0, end).LastIndexOf(separator, StringComparison.Ordinal) is >= 0 and var found)
            {
                parts.Add(text[(found + separator.Length)..end]);
                end = found;
            }

            parts.Add(text[..end]);
            parts.Reverse();
            return parts;
        }

        var start = 0;
        for (var at = text.IndexOf(separator, StringComparison.Ordinal); at >= 0 && limit-- > 0; at = text.IndexOf(separator, start, StringComparison.Ordinal))
        {
            parts.Add(text[start..at]);
            start = at + separator.Length;
        }

        parts.Add(text[start..]);
        return parts;
    }

    private static List<object> SplitAtSpace(string text, long limit, bool fromRight)
    {
        var words = new List<(int Start, int End)>();
        for (var i = 0; i < text.Length; i++)
        {
            var start = i;
            while (i < text.Length && !IsSpace(text[i]))
            {
                i++;
            }

            if (i > start)
            {
                words.Add((start, i));
            }
        }

        if (words.Count <= limit)
        {
            return words.ConvertAll(w => (object)text[w.Start..w.End]);
        }

        // Beyond the limit the rest stays in one piece, inner space included.
        var kept = (int)limit;
        return fromRight
            ? [text[..words[^(kept + 1)].End], .. words.Skip(words.Count - kept).Select(w => text[w.Start..w.End])]
            : [.. words.Take(kept).Select(w => text[w.Start..w.End]), text[words[kept].Start..]];
    }
}
