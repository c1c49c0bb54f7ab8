using LoraMesh.Contracts;

namespace LoraMesh.DatasetPrep.Problems;

/// <summary>Gathers problems in bounded memory: all are counted, the first thousand kept, and the first of every kind.</summary>
internal sealed class ProblemLog
{
    /// <summary>Most problems that a report shows in full.</summary>
    public const int MaxShown = 1000;

    /// <summary>Of every kind so many are shown even where the thousand are used up.</summary>
    public const int MaxShownPerKind = 20;

    private readonly SortedDictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DataProblem> _firsts = new(StringComparer.Ordinal);
    private readonly List<DataProblem> _shown = [];

    /// <summary>Problems by kind.</summary>
    public IReadOnlyDictionary<string, int> Counts => _counts;

    /// <summary>The problems that are shown, in the order found.</summary>
    public IReadOnlyList<DataProblem> Shown => _shown;

    /// <summary>The first problem whose policy refuses all data; null where there is none.</summary>
    public DataProblem? Refusing { get; private set; }

    /// <summary>The first problem of a kind that was found.</summary>
    public DataProblem FirstOf(string kind) => _firsts[kind];

    public void Add(DataProblem problem)
    {
        var before = _counts.GetValueOrDefault(problem.Kind);
        _counts[problem.Kind] = before == int.MaxValue ? before : before + 1;
        _firsts.TryAdd(problem.Kind, problem);
        if (before < MaxShownPerKind || (_shown.Count < MaxShown && !IsRemark(problem)))
        {
            _shown.Add(problem);
        }

        Refusing ??= problem.Outcome == ProblemOutcome.Refused ? problem : null;
    }

    // Personal data and lengths that are only told must not take the place of problems that cost rows.
    private static bool IsRemark(DataProblem problem) =>
        problem.Outcome is ProblemOutcome.Kept or ProblemOutcome.Repaired && (problem.Kind == ProblemKind.LengthOutlier || problem.Kind.StartsWith("personal_", StringComparison.Ordinal));

    /// <summary>The kind that cost the most rows (the first in alphabet among equals) with its count and first place; null where none did.</summary>
    public (string Kind, int Count, DataProblem First)? MostFrequent()
    {
        var costly = _counts.Where(entry => _firsts[entry.Key].Outcome is not (ProblemOutcome.Kept or ProblemOutcome.Repaired)).ToList();
        if (costly.Count == 0)
        {
            return null;
        }

        var (kind, count) = costly.MaxBy(entry => entry.Value);
        return (kind, count, _firsts[kind]);
    }
}
