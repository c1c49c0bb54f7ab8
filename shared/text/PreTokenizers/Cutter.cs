namespace LoraMesh.Text.PreTokenizers;

// Cuts a piece at matches. Every range of the piece is a match or a gap, and the behavior says what joins what.
internal static class Cutter
{
    public static void Cut(Piece piece, List<(int Start, int End)> matches, SplitBehavior behavior, bool invert, List<Piece> pieces)
    {
        if (behavior == SplitBehavior.Isolated)
        {
            Isolate(piece, matches, pieces);
            return;
        }

        var ranges = new List<(int Start, int End, bool IsMatch)>((2 * matches.Count) + 1);
        var position = 0;
        foreach (var (start, end) in matches)
        {
            if (position != start)
            {
                ranges.Add((position, start, invert));
            }

            ranges.Add((start, end, !invert));
            position = end;
        }

        if (position != piece.Chars.Length)
        {
            ranges.Add((position, piece.Chars.Length, invert));
        }

        foreach (var (start, end) in Join(ranges, behavior))
        {
            if (end > start)
            {
                pieces.Add(piece.Slice(start, end));
            }
        }
    }

    // The commonest behavior needs no second pass: matches and gaps alike are pieces.
    private static void Isolate(Piece piece, List<(int Start, int End)> matches, List<Piece> pieces)
    {
        var position = 0;
        foreach (var (start, end) in matches)
        {
            if (start > position)
            {
                pieces.Add(piece.Slice(position, start));
            }

            if (end > start)
            {
                pieces.Add(piece.Slice(start, end));
            }

            position = end;
        }

        if (position < piece.Chars.Length)
        {
            pieces.Add(piece.Slice(position, piece.Chars.Length));
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
