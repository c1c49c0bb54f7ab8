using LoraMesh.Contracts;

namespace LoraMesh.DatasetPrep.Problems;

/// <summary>Gathers problems in bounded memory: all are counted, the first thousand kept, and the first of every kind.</summary>
internal sealed class ProblemLog
{
    /// <summary>Most problems that a report shows in full.</summary>
    public const int MaxShown = 1000;

    private readonly SortedDictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DataProblem> _firsts = new(StringComparer.Ordinal);
    private readonly List<DataProblem> _shown = [];

    public void Add(DataProblem problem)
    {
        var before = _counts.GetValueOrDefault(problem.Kind);
        _counts[problem.Kind] = before == int.MaxValue ? before : before + 1;
        _firsts.TryAdd(problem.Kind, problem);
        if (_shown.Count < MaxShown)
        {
            _shown.Add(problem);
        }
    }

    /// <summary>The kind counted most often (the first in alphabet among equals) with its count and first place; null without problems.</summary>
    public (string Kind, int Count, DataProblem First)? MostFrequent()
    {
        if (_counts.Count == 0)
        {
            return null;
        }

        var (kind, count) = _counts.MaxBy(entry => entry.Value);
        return (kind, count, _firsts[kind]);
    }

    public DataReport ToReport(int rowsRead, int rowsKept, int duplicates) => new()
    {
        RowsRead = rowsRead,
        RowsKept = rowsKept,
        Duplicates = duplicates,
        ProblemCounts = _counts,
        Problems = _shown,
    };
}
