namespace LoraMesh.Contracts;

/// <summary>Names of figures over answers as lm-evaluation-harness has them, so that settings can be checked where nothing is computed.</summary>
public static class AnswerMetricNames
{
    /// <summary>Equality of answer and reference.</summary>
    public const string ExactMatch = "exact_match";

    /// <summary>The loss, which a gate may compare by instead of an answer's figure.</summary>
    public const string Loss = "loss";

    /// <summary>What the name of a figure begins with that a hook of the operator's computes.</summary>
    public const string HookPrefix = "hook:";

    /// <summary>Whether a figure is computed by a hook.</summary>
    public static bool IsHook(string name) => name is not null && name.StartsWith(HookPrefix, StringComparison.Ordinal);

    /// <summary>Figures that are a mean over rows: those that a gate can compare by.</summary>
    public static IReadOnlyList<string> OfRows { get; } =
    [
        "class_accuracy", ExactMatch, "f1", "json_fields", "json_match", "json_valid", "numeric_match", "regex_match",
        "rouge1", "rouge2", "rougeL", "rougeLsum", "squad_em",
    ];

    /// <summary>All figures.</summary>
    public static IReadOnlyList<string> All { get; } =
        [.. OfRows.Concat(["bleu", "chrf", "class_f1_macro", "class_f1_weighted", "ter"]).Order(StringComparer.Ordinal)];
}
