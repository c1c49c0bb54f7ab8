namespace LoraMesh.Text.Patterns;

// Sets of code points as ranges from low to high that do not touch.
internal static class CodePointRanges
{
    public static IReadOnlyList<(int First, int Last)> Where(Func<int, bool> contains)
    {
        var ranges = new List<(int, int)>();
        for (var code = 0; code <= CharacterSet.LastCodePoint; code++)
        {
            if (contains(code))
            {
                var first = code;
                while (code < CharacterSet.LastCodePoint && contains(code + 1))
                {
                    code++;
                }

                ranges.Add((first, code));
            }
        }

        return ranges;
    }

    public static IReadOnlyList<(int First, int Last)> Union(IEnumerable<(int First, int Last)> ranges)
    {
        var union = new List<(int First, int Last)>();
        foreach (var range in ranges.Where(range => range.First <= range.Last).OrderBy(range => range.First))
        {
            if (union.Count > 0 && range.First <= union[^1].Last + 1)
            {
                union[^1] = (union[^1].First, Math.Max(union[^1].Last, range.Last));
            }
            else
            {
                union.Add(range);
            }
        }

        return union;
    }

    public static IReadOnlyList<(int First, int Last)> Except(IReadOnlyList<(int First, int Last)> ranges)
    {
        var rest = new List<(int, int)>();
        var next = 0;
        foreach (var (first, last) in ranges)
        {
            if (first > next)
            {
                rest.Add((next, first - 1));
            }

            next = last + 1;
        }

        if (next <= CharacterSet.LastCodePoint)
        {
            rest.Add((next, CharacterSet.LastCodePoint));
        }

        return rest;
    }

    public static IReadOnlyList<(int First, int Last)> Intersect(IReadOnlyList<(int First, int Last)> one, IReadOnlyList<(int First, int Last)> other) =>
        Except(Union([.. Except(one), .. Except(other)]));
}
