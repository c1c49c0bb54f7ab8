using LoraMesh.Contracts;

namespace LoraMesh.DatasetPrep.Building;

/// <summary>What became of a set of files: two splits, or a rejection; in both cases a report.</summary>
public sealed record BuildOutcome
{
    /// <summary>What was found in the files.</summary>
    public required DataReport Report { get; init; }

    /// <summary>The same as <c>report.json</c>.</summary>
    public required BuiltFile ReportFile { get; init; }

    /// <summary>The same for people, <c>report.html</c>.</summary>
    public required BuiltFile ReportPage { get; init; }

    /// <summary>The refused rows, <c>rejected.jsonl</c>; null where none was refused.</summary>
    public BuiltFile? RejectedRows { get; init; }

    /// <summary>Rows left out because of a problem; fewer than problems where a row has several.</summary>
    public int RefusedRows { get; init; }

    /// <summary>The training split; null where the data were rejected.</summary>
    public BuiltSplit? Train { get; init; }

    /// <summary>The held-out split; null where the data were rejected.</summary>
    public BuiltSplit? Test { get; init; }

    /// <summary>The regression sets that have rows, ordered by name; none where the data were rejected.</summary>
    public IReadOnlyList<BuiltRegressionSet> RegressionSets { get; init; } = [];

    /// <summary>Why the data cannot be trained on; null where they can.</summary>
    public BuildRejection? Rejection { get; init; }
}
