using System.IO.Enumeration;
using System.Text.Json.Serialization;

namespace LoraMesh.Contracts;

/// <summary>What <c>project.yaml</c> says, defaults filled in. Keys bear the names that PEFT and transformers give them.</summary>
public sealed record ProjectConfig
{
    /// <summary>Base model: a folder name in <see cref="Buckets.Models"/>.</summary>
    public string Model { get; init; } = "loramesh-tiny";

    /// <summary>How drops become a dataset.</summary>
    public PrepConfig Prep { get; init; } = new();

    /// <summary>How the adapter is trained.</summary>
    public TrainingConfig Training { get; init; } = new();

    /// <summary>What counts as better.</summary>
    public EvaluationConfig Evaluation { get; init; } = new();
}

/// <summary>How drops become a dataset.</summary>
public sealed record PrepConfig
{
    /// <summary>Share of rows held out, by content hash; above 0, at most 0.5.</summary>
    public double TestShare { get; init; } = 0.15;

    /// <summary>Share of read rows that must be good for the rest to be trained on; 0 to 1.</summary>
    public double MinGoodShare { get; init; } = 0.5;

    /// <summary>Fewest good rows to train on; at least 2.</summary>
    public int MinRows { get; init; } = 20;

    /// <summary>Longest row in tokens, answer included; capped by the model's context.</summary>
    public int MaxSequenceLength { get; init; } = 512;

    /// <summary>Largest dropped file in bytes.</summary>
    public long MaxFileBytes { get; init; } = 64L * 1024 * 1024 * 1024;

    /// <summary>Most rows of one dataset.</summary>
    public int MaxRows { get; init; } = 100_000_000;

    /// <summary>Tokens after which a token shard is closed and another begun.</summary>
    public int ShardTokens { get; init; } = 8_000_000;

    /// <summary>Names that files give to the fields by which rows are read (<c>prompt</c>, <c>completion</c>, <c>messages</c>, …), by field; parts of a path are apart by dots.</summary>
    public IReadOnlyDictionary<string, string> Columns { get; init; } = new Dictionary<string, string>();

    /// <summary>What is done about kinds of problems, by kind: <c>ignore</c>, <c>report</c>, <c>repair</c>, <c>drop</c> or <c>refuse</c>. Kinds that are not named have their own default.</summary>
    public IReadOnlyDictionary<string, string> Policies { get; init; } = new Dictionary<string, string>();

    /// <summary>Largest share of read rows, 0 to 1, that may have a kind of problem before all data are refused, by kind.</summary>
    public IReadOnlyDictionary<string, double> MaxShares { get; init; } = new Dictionary<string, double>();

    /// <summary>Languages that rows may be in, by ISO 639-1 code such as <c>en</c>; none for any. Only rows that are certainly in another are told.</summary>
    public IReadOnlyList<string> Languages { get; init; } = [];

    /// <summary>One of <see cref="DropPolicy"/>; null for <see cref="DropPolicy.Cumulative"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Drops { get; init; }

    /// <summary>Score from which on the operator's classifier counts a row as toxic: above 0, at most 1.</summary>
    public double ToxicityThreshold { get; init; } = 0.5;

    /// <summary>Rows that say almost the same.</summary>
    public NearDuplicateConfig NearDuplicates { get; init; } = new();

    /// <summary>What decides on which side a row is.</summary>
    public SplitConfig Split { get; init; } = new();

    /// <summary>Names of dropped files whose rows are regression sets, <c>*</c> standing for any characters: never in the dataset, and looked for in it.</summary>
    public IReadOnlyList<string> RegressionSets { get; init; } = [];

    /// <summary>Whether a dropped file is a regression set.</summary>
    /// <param name="file">Its name, relative to the project's inbox.</param>
    public bool IsRegressionSet(string file) => RegressionSets.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, file, ignoreCase: false));
}

/// <summary>Which files of a project a run takes.</summary>
public static class DropPolicy
{
    /// <summary>All that lie in its inbox: a dataset grows with every drop.</summary>
    public const string Cumulative = "cumulative";

    /// <summary>Those that no run has taken yet, whatever became of it: a dataset is one drop. Regression sets count every time.</summary>
    public const string Incremental = "incremental";
}

/// <summary>What is done about rows that say almost the same.</summary>
public sealed record NearDuplicateConfig
{
    /// <summary>One of <see cref="NearDuplicatePolicy"/>.</summary>
    public string Policy { get; init; } = NearDuplicatePolicy.Drop;

    /// <summary>Jaccard similarity of runs of five characters from which two rows, question and answer each, are near-duplicates; 0.5 to 1.</summary>
    public double Threshold { get; init; } = 0.85;
}

/// <summary>What is done about rows that say almost the same.</summary>
public static class NearDuplicatePolicy
{
    /// <summary>One of them stays; which one, their content decides.</summary>
    public const string Drop = "drop";

    /// <summary>All stay, but those in training that are alike to a held-out row.</summary>
    public const string Separate = "separate";

    /// <summary>They are only reported.</summary>
    public const string Report = "report";

    /// <summary>Nobody looks for them.</summary>
    public const string Off = "off";
}

/// <summary>What decides on which side of a dataset a row is.</summary>
public sealed record SplitConfig
{
    /// <summary>One of <see cref="SplitBy"/>.</summary>
    public string By { get; init; } = SplitBy.Prompt;

    /// <summary>The field that decides where <see cref="By"/> is <c>group</c> or <c>time</c>; dots lead into objects. Null otherwise.</summary>
    public string? Field { get; init; }

    /// <summary>First time that is held out where <see cref="By"/> is <c>time</c>, in ISO 8601; null otherwise.</summary>
    public string? TestFrom { get; init; }

    /// <summary>A field whose values are counted apart and may have shares of their own; null for none.</summary>
    public string? StratifyBy { get; init; }

    /// <summary>Share held out, 0 to 1, by value of <see cref="StratifyBy"/>; other values have the dataset's share.</summary>
    public IReadOnlyDictionary<string, double> Shares { get; init; } = new Dictionary<string, double>();
}

/// <summary>What can decide on which side a row is.</summary>
public static class SplitBy
{
    /// <summary>A hash of its question.</summary>
    public const string Prompt = "prompt";

    /// <summary>A hash of a field: rows of one customer, say, stay together.</summary>
    public const string Group = "group";

    /// <summary>A time in a field: what came later is held out.</summary>
    public const string Time = "time";
}
