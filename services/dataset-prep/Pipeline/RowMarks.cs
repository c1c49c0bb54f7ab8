using LoraMesh.DatasetPrep.Building;

namespace LoraMesh.DatasetPrep.Pipeline;

/// <summary>What becomes of every row on scratch: dropped for a reason, or on one side. One byte a row, in chunks that come as rows are marked.</summary>
internal sealed class RowMarks
{
    private const int ChunkRows = 1 << 20;
    private const byte Train = 1;
    private const byte Test = 2;
    private const byte FirstReason = 3;

    private readonly List<byte[]> _chunks = [];
    private readonly List<string> _reasons = [];
    private readonly List<long> _dropped = [];

    public RowMarks(long rows)
    {
        Rows = rows;
        for (var at = 0L; at < rows; at += ChunkRows)
        {
            _chunks.Add(new byte[Math.Min(ChunkRows, rows - at)]);
        }

        Kept = rows;
    }

    /// <summary>Number of rows, dropped ones included.</summary>
    public long Rows { get; }

    /// <summary>Number of rows that no pass has dropped.</summary>
    public long Kept { get; private set; }

    /// <summary>Whether no pass has dropped the row.</summary>
    public bool IsKept(long row) => At(row) < FirstReason;

    /// <summary>The side of a kept row; null before it is assigned, and for a dropped one.</summary>
    public RowSplit? SplitOf(long row) => At(row) switch
    {
        Train => RowSplit.Train,
        Test => RowSplit.Test,
        _ => null,
    };

    /// <summary>Puts a kept row on a side; a dropped one stays dropped.</summary>
    public void Assign(long row, RowSplit split)
    {
        if (IsKept(row))
        {
            At(row) = split == RowSplit.Train ? Train : Test;
        }
    }

    /// <summary>Drops a row; a second reason changes nothing.</summary>
    /// <param name="row">The row's number.</param>
    /// <param name="reason">A stable word, such as <c>duplicate</c>; at most 250 different ones.</param>
    /// <returns>Whether the row was kept until now.</returns>
    public bool Drop(long row, string reason)
    {
        if (!IsKept(row))
        {
            return false;
        }

        var index = _reasons.IndexOf(reason);
        if (index < 0)
        {
            index = _reasons.Count;
            _reasons.Add(reason);
            _dropped.Add(0);
        }

        At(row) = checked((byte)(FirstReason + index));
        _dropped[index]++;
        Kept--;
        return true;
    }

    /// <summary>How many rows were dropped for a reason.</summary>
    public long Dropped(string reason) => _reasons.IndexOf(reason) is >= 0 and var index ? _dropped[index] : 0;

    /// <summary>How many rows were dropped, by reason.</summary>
    /// <param name="since">Counts of earlier, to leave out; null for none.</param>
    public IReadOnlyDictionary<string, long> DroppedByReason(IReadOnlyDictionary<string, long>? since = null)
    {
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        for (var i = 0; i < _reasons.Count; i++)
        {
            var count = _dropped[i] - (since?.GetValueOrDefault(_reasons[i]) ?? 0);
            if (count > 0)
            {
                counts[_reasons[i]] = count;
            }
        }

        return counts;
    }

    /// <summary>How many kept rows are on a side.</summary>
    public long CountOf(RowSplit split)
    {
        var mark = split == RowSplit.Train ? Train : Test;
        return _chunks.Sum(chunk => (long)chunk.AsSpan().Count(mark));
    }

    /// <summary>Why a row was dropped; null where it was not.</summary>
    public string? ReasonOf(long row) => At(row) is >= FirstReason and var mark ? _reasons[mark - FirstReason] : null;

    private ref byte At(long row) => ref _chunks[(int)(row / ChunkRows)][row % ChunkRows];
}
