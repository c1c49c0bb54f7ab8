namespace LoraMesh.Text.PreTokenizers;

// Cuts a text at matches. Every range of the text is a match or a gap, and the behavior says what joins what; ranges
// without text are left out.
internal static class Cutter
{
    /// <summary>Adds the ranges, moved on by an offset.</summary>
    public static void Cut(int length, int offset, List<(int Start, int End)> matches, SplitBehavior behavior, bool invert, List<(int Start, int End)> ranges)
    {
        if (behavior == SplitBehavior.Isolated)
        {
            Isolate(length, offset, matches, ranges);
            return;
        }

        var marked = new List<(int Start, int End, bool IsMatch)>((2 * matches.Count) + 1);
        var position = 0;
        foreach (var (start, end) in matches)
        {
            if (position != start)
            {
                marked.Add((position, start, invert));
            }

            marked.Add((start, end, !invert));
            position = end;
        }

        if (position != length)
        {
            marked.Add((position, length, invert));
        }

        foreach (var (start, end) in Join(marked, behavior))
        {
            if (end > start)
            {
                ranges.Add((offset + start, offset + end));
            }
        }
    }

    // The commonest behavior needs no second pass: matches and gaps alike are pieces.
    private static void Isolate(int length, int offset, List<(int Start, int End)> matches, List<(int Start, int End)> ranges)
    {
        var position = 0;
        foreach (var (start, end) in matches)
        {
            if (start > position)
            {
                ranges.Add((offset + position, offset + start));
            }

            if (end > start)
            {
                ranges.Add((offset + start, offset + end));
            }

            position = end;
        }

        if (position < length)
        {
            ranges.Add((offset + position, offset + length));
        }
    }

    private static IEnumerable<(int Start, int End)> Join(List<(int Start, int End, bool IsMatch)> ranges, SplitBehavior behavior) => behavior switch
    {
        SplitBehavior.Removed => ranges.Where(r => !r.IsMatch).Select(r => (r.Start, r.End)),
        SplitBehavior.Contiguous => Merge(ranges, (before, now) => before == now),
        SplitBehavior.MergedWithPrevious => Merge(ranges, (before, now) => now && !before),
        _ => Merge(ranges, (before, now) => before && !now),
    };

    private static List<(int Start, int End)> Merge(List<(int Start, int End, bool IsMatch)> ranges, Func<bool, bool, bool> joins)
    {
        var merged = new List<(int Start, int End)>(ranges.Count);
        for (var i = 0; i < ranges.Count; i++)
        {
            if (i > 0 && joins(ranges[i - 1].IsMatch, ranges[i].IsMatch))
            {
                merged[^1] = (merged[^1].Start, ranges[i].End);
            }
            else
            {
                merged.Add((ranges[i].Start, ranges[i].End));
            }
        }

        return merged;
    }
}
