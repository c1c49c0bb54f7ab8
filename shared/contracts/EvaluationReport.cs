namespace LoraMesh.Contracts;

/// <summary><c>evaluation.json</c>: the figures, the verdict, and every answer, so that another gate can be tried on it.</summary>
public sealed record EvaluationReport
{
    /// <summary>Whether the candidate earned its promotion.</summary>
    public required bool Promote { get; init; }

    /// <summary>One of <see cref="GateDecision"/>; null in reports of versions before it.</summary>
    public string? Decision { get; init; }

    /// <summary>The verdict in one sentence with its figures.</summary>
    public required string Reason { get; init; }

    /// <summary>What was asked of the candidate, in order, with what was found.</summary>
    public IReadOnlyList<GateCheck> Checks { get; init; } = [];

    /// <summary>Figures of the base model alone.</summary>
    public required Figures Base { get; init; }

    /// <summary>Figures of base and candidate.</summary>
    public required Figures Candidate { get; init; }

    /// <summary>Figures of base and champion, where there is a champion.</summary>
    public Figures? Champion { get; init; }

    /// <summary>The figures over answers, by set and name.</summary>
    public IReadOnlyList<MetricFigures> Metrics { get; init; } = [];

    /// <summary>Largest difference between the logits with and without the candidate on the probe rows.</summary>
    public required double LogitDifference { get; init; }

    /// <summary>Bytes of the candidate's weights; null in reports of versions before it.</summary>
    public long? AdapterBytes { get; init; }

    /// <summary>The candidate's time for a token as a multiple of the base's; null where nobody asked.</summary>
    public double? Slowdown { get; init; }

    /// <summary>Tokens that the losses are sums over; null in reports of versions before it.</summary>
    public long? SupervisedTokens { get; init; }

    /// <summary>Loss of every held-out row; null in reports of versions before it.</summary>
    public RowLosses? Losses { get; init; }

    /// <summary>What hooks made of the answers.</summary>
    public IReadOnlyList<HookScores> HookScores { get; init; } = [];

    /// <summary>The ten rows that the candidate got most worse at.</summary>
    public IReadOnlyList<RowChange> WorstRegressions { get; init; } = [];

    /// <summary>The ten rows that the candidate got most better at.</summary>
    public IReadOnlyList<RowChange> BestGains { get; init; } = [];

    /// <summary>Rows with every contestant's answer: the held-out ones in row order, then those of the regression sets.</summary>
    public required IReadOnlyList<EvaluatedRow> Rows { get; init; }
}

/// <summary>One thing that was asked of a candidate.</summary>
public sealed record GateCheck
{
    /// <summary>A stable word, such as <c>better_than_base</c> or <c>regression_set</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Whether it was shown.</summary>
    public required bool Passed { get; init; }

    /// <summary>What was found and what was asked, in one sentence.</summary>
    public required string Reason { get; init; }
}

/// <summary>One figure of all contestants on one set.</summary>
public sealed record MetricFigures
{
    /// <summary>File name of the regression set; null for the held-out rows.</summary>
    public string? Set { get; init; }

    /// <summary>Name of the figure as lm-evaluation-harness has it.</summary>
    public required string Metric { get; init; }

    /// <summary>Which way is better.</summary>
    public required bool HigherIsBetter { get; init; }

    /// <summary>Rows that it was computed of.</summary>
    public required int Rows { get; init; }

    /// <summary>That of the base.</summary>
    public required MetricFigure Base { get; init; }

    /// <summary>That of the candidate.</summary>
    public required MetricFigure Candidate { get; init; }

    /// <summary>That of the champion, where there is one.</summary>
    public MetricFigure? Champion { get; init; }
}

/// <summary>A figure with its standard error.</summary>
public sealed record MetricFigure
{
    /// <summary>The value.</summary>
    public required double Value { get; init; }

    /// <summary>Its standard error; null where none is defined.</summary>
    public double? Stderr { get; init; }
}

/// <summary>Sums of losses row by row, in nats, in the order of the held-out token rows.</summary>
public sealed record RowLosses
{
    /// <summary>Those of the base.</summary>
    public required IReadOnlyList<double> Base { get; init; }

    /// <summary>Those of the candidate.</summary>
    public required IReadOnlyList<double> Candidate { get; init; }

    /// <summary>Those of the champion, where there is one.</summary>
    public IReadOnlyList<double>? Champion { get; init; }
}

/// <summary>The scores that a hook gave, in the order of the report's rows; higher is better.</summary>
public sealed record HookScores
{
    /// <summary>Name of the figure, <c>hook:</c> and the hook's.</summary>
    public required string Metric { get; init; }

    /// <summary>Those of the base.</summary>
    public required IReadOnlyList<double> Base { get; init; }

    /// <summary>Those of the candidate.</summary>
    public required IReadOnlyList<double> Candidate { get; init; }

    /// <summary>Those of the champion, where there is one.</summary>
    public IReadOnlyList<double>? Champion { get; init; }
}

/// <summary>A row that the candidate answers better or worse than another contestant.</summary>
public sealed record RowChange
{
    /// <summary>The row's id in the dataset.</summary>
    public required string Id { get; init; }

    /// <summary>File name of its regression set; null for a held-out row.</summary>
    public string? Set { get; init; }

    /// <summary>The other contestant: <c>champion</c> where there is one, else <c>base</c>.</summary>
    public required string Against { get; init; }

    /// <summary>The candidate's figure less the other's; positive is better.</summary>
    public required double Change { get; init; }

    /// <summary>Text of the last user turn.</summary>
    public required string Question { get; init; }

    /// <summary>The reference answer.</summary>
    public required string Reference { get; init; }

    /// <summary>The candidate's answer.</summary>
    public required string Candidate { get; init; }

    /// <summary>The other's answer.</summary>
    public required string Other { get; init; }
}

/// <summary>One row, what was asked and what was answered.</summary>
public sealed record EvaluatedRow
{
    /// <summary>The row's id in the dataset.</summary>
    public required string Id { get; init; }

    /// <summary>File name of the regression set that it belongs to; null for a held-out row.</summary>
    public string? Set { get; init; }

    /// <summary>Text of the last user turn.</summary>
    public required string Question { get; init; }

    /// <summary>The reference answer.</summary>
    public required string Reference { get; init; }

    /// <summary>Answer of the base model.</summary>
    public required string Base { get; init; }

    /// <summary>Answer of the candidate.</summary>
    public required string Candidate { get; init; }

    /// <summary>Answer of the champion, where there is one.</summary>
    public string? Champion { get; init; }
}
