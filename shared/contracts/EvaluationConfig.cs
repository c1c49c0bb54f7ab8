using System.Text.Json.Serialization;

namespace LoraMesh.Contracts;

/// <summary>What counts as better.</summary>
public sealed record EvaluationConfig
{
    /// <summary>Longest answer in tokens.</summary>
    public int MaxNewTokens { get; init; } = 96;

    /// <summary>Most rows of the held-out split, and of each regression set, that answers are generated for; the loss is taken over all held-out rows.</summary>
    public int MaxRows { get; init; } = 1000;

    /// <summary>Confidence of the paired test that a promotion needs; above 0.5, below 1.</summary>
    public double Confidence { get; init; } = 0.95;

    /// <summary>Smallest exact match that may be promoted; 0 to 1.</summary>
    public double MinExactMatch { get; init; }

    /// <summary>Figures that are computed of answers beside the loss, each one of <see cref="AnswerMetricNames"/>, or <c>hook:NAME</c> for one that the operator has set up.</summary>
    public IReadOnlyList<string> Metrics { get; init; } = [AnswerMetricNames.ExactMatch];

    /// <summary>Texts before which an answer ends, as <c>until</c> of lm-evaluation-harness.</summary>
    public IReadOnlyList<string> Stop { get; init; } = [];

    /// <summary>Takes the part of an answer that counts, before any figure; null for the whole answer.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AnswerFilterConfig? Filter { get; init; }

    /// <summary>What an exact match looks past.</summary>
    public MatchConfig Match { get; init; } = new();

    /// <summary>What a candidate must show to be promoted.</summary>
    public GateConfig Gate { get; init; } = new();
}

/// <summary>The filter <c>regex</c> of lm-evaluation-harness.</summary>
public sealed record AnswerFilterConfig
{
    /// <summary>The pattern; its group counts, or without one the whole match.</summary>
    public string RegexPattern { get; init; } = string.Empty;

    /// <summary>Number of the match that counts, from 0, or from -1 for the last.</summary>
    public int GroupSelect { get; init; }

    /// <summary>What an answer without a match becomes.</summary>
    public string Fallback { get; init; } = "[invalid]";
}

/// <summary>What an exact match looks past, under the names of lm-evaluation-harness.</summary>
public sealed record MatchConfig
{
    /// <summary>Whether case is looked past.</summary>
    public bool IgnoreCase { get; init; }

    /// <summary>Whether ASCII punctuation is taken out.</summary>
    public bool IgnorePunctuation { get; init; }

    /// <summary>Whether the digits 0 to 9 are taken out.</summary>
    public bool IgnoreNumbers { get; init; }

    /// <summary>Patterns whose matches are taken out.</summary>
    public IReadOnlyList<string> RegexesToIgnore { get; init; } = [];
}

/// <summary>What a candidate must show to be promoted.</summary>
public sealed record GateConfig
{
    /// <summary>The figure by which candidate, base and champion are compared row by row: <c>loss</c> or one that is defined for a single row.</summary>
    public string Metric { get; init; } = AnswerMetricNames.ExactMatch;

    /// <summary>By how much the candidate must be shown to be better, in the figure's unit; 0 for by anything.</summary>
    public double MinGain { get; init; }

    /// <summary>Smallest values of the candidate on the held-out rows, by figure.</summary>
    public IReadOnlyDictionary<string, double> Minimums { get; init; } = new Dictionary<string, double>();

    /// <summary>Largest values of the candidate on the held-out rows, by figure; <c>loss</c> is one.</summary>
    public IReadOnlyDictionary<string, double> Maximums { get; init; } = new Dictionary<string, double>();

    /// <summary>By how much the figure may be lower on a regression set than that of base or champion.</summary>
    public double RegressionMargin { get; init; } = 0.02;

    /// <summary>Margins of single regression sets, by file name as it was dropped.</summary>
    public IReadOnlyDictionary<string, double> RegressionMargins { get; init; } = new Dictionary<string, double>();

    /// <summary>Held-out rows by class, none of which may become much worse; null for no classes.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ClassGateConfig? Classes { get; init; }

    /// <summary>Largest ratio of the candidate's time for a token to that of the base; null for any.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? MaxSlowdown { get; init; }

    /// <summary>Largest weights of the adapter in bytes; null for any.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? MaxAdapterBytes { get; init; }

    /// <summary>One of <see cref="ApprovalPolicy"/>.</summary>
    public string Approval { get; init; } = ApprovalPolicy.Never;
}

/// <summary>Classes of rows that are looked at one by one.</summary>
public sealed record ClassGateConfig
{
    /// <summary>A field of references in JSON, dots leading into objects, whose values are the classes; null where the whole reference is one.</summary>
    public string? Field { get; init; }

    /// <summary>By how much the figure of a class may be lower than that of base or champion.</summary>
    public double MaxDrop { get; init; } = 0.1;

    /// <summary>Fewest rows of a class that is looked at.</summary>
    public int MinRows { get; init; } = 10;
}

/// <summary>When a person is asked before a candidate is promoted.</summary>
public static class ApprovalPolicy
{
    /// <summary>Never: what passes is promoted.</summary>
    public const string Never = "never";

    /// <summary>Always: what passes waits for approval.</summary>
    public const string Always = "always";

    /// <summary>Where a candidate breaks no limit and is nowhere worse, but not shown to be better either.</summary>
    public const string Close = "close";
}

/// <summary>What the evaluator makes of a candidate.</summary>
public static class GateDecision
{
    /// <summary>It becomes champion.</summary>
    public const string Promote = "promote";

    /// <summary>It waits for a person's approval.</summary>
    public const string Hold = "hold";

    /// <summary>It does not become champion.</summary>
    public const string Refuse = "refuse";
}
