using LoraMesh.Contracts;
using LoraMesh.Hosting.Configuration.Yaml;

namespace LoraMesh.Hosting.Configuration;

/// <summary>Reads <c>project.yaml</c>: strict, with every problem in one exception, defaults for what is not said.</summary>
public static class ProjectYaml
{
    /// <summary>Largest configuration in UTF-8 bytes: 256 KiB.</summary>
    public const int MaxBytes = 256 * 1024;

    private const string Name = "^[A-Za-z0-9][A-Za-z0-9._-]{0,127}\\z";
    private const string FieldName = "^[^\\s.]+(\\.[^\\s.]+)*\\z";
    private const string FilePattern = "^[^\\\\]{1,512}\\z";
    private const int MaxColumnName = 256;
    private static readonly string[] ProblemPolicies = ["ignore", "report", "repair", "drop", "refuse"];

    /// <summary>Reads a whole project configuration; an empty text gives the defaults.</summary>
    /// <exception cref="ProjectConfigException">All that is wrong, by line, column and key.</exception>
    public static ProjectConfig Parse(string text) => Read(text, root =>
    {
        var defaults = new ProjectConfig();
        return new ProjectConfig
        {
            Model = root.Name("model", defaults.Model, Name, "a folder name of lm-models: letters, digits, '.', '_' and '-'"),
            Prep = root.Section("prep", Prep),
            Training = root.Section("training", TrainingYaml.Read),
            Evaluation = root.Section("evaluation", EvaluationYaml.Read),
        };
    });

    /// <summary>Reads a flat file of the keys that <c>training</c> has in a project configuration.</summary>
    /// <exception cref="ProjectConfigException">All that is wrong, by line, column and key.</exception>
    public static TrainingConfig ParseTraining(string text) => Read(text, TrainingYaml.Read);

    /// <summary>Reads how to train from either of the two: a project configuration, known by its sections, or flat keys.</summary>
    /// <exception cref="ProjectConfigException">All that is wrong, by line, column and key.</exception>
    public static TrainingConfig ParseTrainingOrProject(string text) => HasSections(text) ? Parse(text).Training : ParseTraining(text);

    /// <summary>Reads what counts as better from either of the two: a project configuration, known by its sections, or the keys of <c>evaluation</c>.</summary>
    /// <exception cref="ProjectConfigException">All that is wrong, by line, column and key.</exception>
    public static EvaluationConfig ParseEvaluationOrProject(string text) =>
        HasSections(text) ? Parse(text).Evaluation : Read(text, EvaluationYaml.Read);

    private static bool HasSections(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var sections = YamlTree.Read(text, MaxBytes, [])?.Entries.Select(entry => entry.Key.Value) ?? [];
        return sections.Any(key => key is "model" or "prep" or "training" or "evaluation");
    }

    private static T Read<T>(string text, Func<YamlSection, T> read)
    {
        ArgumentNullException.ThrowIfNull(text);
        var problems = new List<ConfigProblem>();
        var config = default(T);
        if (YamlTree.Read(text, MaxBytes, problems) is { } root)
        {
            var section = new YamlSection("", root, problems);
            config = read(section);
            section.Finish();
        }

        return problems.Count == 0 ? config! : throw new ProjectConfigException([.. problems.OrderBy(problem => problem.Line).ThenBy(problem => problem.Column)]);
    }

    private static PrepConfig Prep(YamlSection yaml)
    {
        var defaults = new PrepConfig();
        var config = new PrepConfig
        {
            TestShare = yaml.Number("test_share", defaults.TestShare, Bounds.Above(0).UpTo(0.5)),
            MinGoodShare = yaml.Number("min_good_share", defaults.MinGoodShare, Bounds.From(0).UpTo(1)),
            MinRows = yaml.Integer("min_rows", defaults.MinRows, 2, 1_000_000_000),
            MaxSequenceLength = yaml.Integer("max_sequence_length", defaults.MaxSequenceLength, 2, 1 << 20),
            MaxFileBytes = yaml.Long("max_file_bytes", defaults.MaxFileBytes, 1, 1L << 40),
            MaxRows = yaml.Integer("max_rows", defaults.MaxRows, 2, 1_000_000_000),
            ShardTokens = yaml.Integer("shard_tokens", defaults.ShardTokens, 2, 500_000_000),
            Columns = yaml.TextOfEach("columns", defaults.Columns, MaxColumnName),
            Policies = yaml.OneOfEach("policies", defaults.Policies, ProblemPolicies),
            MaxShares = yaml.NumberOfEach("max_shares", defaults.MaxShares, Bounds.From(0).UpTo(1)),
            Languages = yaml.OptionalNames("languages", "^[a-z]{2}$", "one ISO 639-1 code such as en, or a list of them") ?? [],
            Drops = yaml.OptionalOneOf("drops", [DropPolicy.Cumulative, DropPolicy.Incremental]),
            ToxicityThreshold = yaml.Number("toxicity_threshold", defaults.ToxicityThreshold, Bounds.Above(0).UpTo(1)),
            NearDuplicates = yaml.Section("near_duplicates", NearDuplicates),
            Split = yaml.Section("split", Split),
            RegressionSets = yaml.OptionalNames("regression_sets", FilePattern, "one file name or a list of them, * standing for any characters") ?? [],
        };
        if (config.MinRows > config.MaxRows)
        {
            yaml.Report("min_rows", $"min_rows is {config.MinRows}, more than max_rows, {config.MaxRows}: no dataset could be both");
        }

        return config;
    }

    private static NearDuplicateConfig NearDuplicates(YamlSection yaml)
    {
        var defaults = new NearDuplicateConfig();
        return new NearDuplicateConfig
        {
            Policy = yaml.OneOf("policy", defaults.Policy, [NearDuplicatePolicy.Drop, NearDuplicatePolicy.Separate, NearDuplicatePolicy.Report, NearDuplicatePolicy.Off]),
            Threshold = yaml.Number("threshold", defaults.Threshold, Bounds.From(0.5).UpTo(1)),
        };
    }

    private static SplitConfig Split(YamlSection yaml)
    {
        var defaults = new SplitConfig();
        var config = new SplitConfig
        {
            By = yaml.OneOf("by", defaults.By, [SplitBy.Prompt, SplitBy.Group, SplitBy.Time]),
            Field = yaml.OptionalWord("field", FieldName, "the name of a field, dots leading into objects"),
            TestFrom = yaml.OptionalWord("test_from", "^[0-9]{4}-[0-9]{2}-[0-9]{2}", "a time such as 2026-01-31 or 2026-01-31T08:00:00Z"),
            StratifyBy = yaml.OptionalWord("stratify_by", FieldName, "the name of a field, dots leading into objects"),
            Shares = yaml.NumberOfEach("shares", defaults.Shares, Bounds.From(0).UpTo(1)),
        };
        return config;
    }
}
