using System.Text;

namespace LoraMesh.Text.Constraints;

// Code points as sequences of bytes: a range is cut where the length changes and where a byte's place does not run
// through all that it may be, until each piece is a range of bytes at each place.
internal static class Utf8Ranges
{
    private const int FirstSurrogate = 0xD800;
    private const int LastSurrogate = 0xDFFF;

    public static void Add(GrammarBuilder grammar, int from, int to, IEnumerable<(int First, int Last)> ranges)
    {
        foreach (var (first, last) in ranges)
        {
            AddScalars(grammar, from, to, first, Math.Min(last, FirstSurrogate - 1));
            AddScalars(grammar, from, to, Math.Max(first, LastSurrogate + 1), last);
        }
    }

    private static void AddScalars(GrammarBuilder grammar, int from, int to, int first, int last)
    {
        foreach (var limit in (ReadOnlySpan<int>)[0x7F, 0x7FF, 0xFFFF, 0x10FFFF])
        {
            if (first <= Math.Min(limit, last))
            {
                AddOfOneLength(grammar, from, to, first, Math.Min(limit, last));
                first = limit + 1;
            }
        }
    }

    private static void AddOfOneLength(GrammarBuilder grammar, int from, int to, int first, int last)
    {
        for (var bits = 6; bits <= 18 && last > 0x7F; bits += 6)
        {
            var low = (1 << bits) - 1;
            if ((first & ~low) == (last & ~low))
            {
                continue;
            }

            if ((first & low) != 0)
            {
                AddOfOneLength(grammar, from, to, first, first | low);
                AddOfOneLength(grammar, from, to, (first | low) + 1, last);
                return;
            }

            if ((last & low) != low)
            {
                AddOfOneLength(grammar, from, to, first, (last & ~low) - 1);
                AddOfOneLength(grammar, from, to, last & ~low, last);
                return;
            }
        }

        Span<byte> lows = stackalloc byte[4];
        Span<byte> highs = stackalloc byte[4];
        var count = new Rune(first).EncodeToUtf8(lows);
        new Rune(last).EncodeToUtf8(highs);
        for (var i = 0; i < count; i++)
        {
            var next = i == count - 1 ? to : grammar.State();
            grammar.Bytes(from, next, lows[i], highs[i]);
            from = next;
        }
    }
}
