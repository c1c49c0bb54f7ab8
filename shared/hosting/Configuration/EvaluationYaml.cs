using LoraMesh.Contracts;
using LoraMesh.Hosting.Configuration.Yaml;

namespace LoraMesh.Hosting.Configuration;

/// <summary>Reads the keys of <c>evaluation</c>: what is measured, and what a candidate must show.</summary>
internal static class EvaluationYaml
{
    private const int MaxText = 512;
    private const string AnyText = "^[\\s\\S]{1,512}\\z";
    private const string FieldName = "^[^\\s.]+(\\.[^\\s.]+)*\\z";
    private const string MetricName = "^(hook:)?[A-Za-z0-9_-]+\\z";

    public static EvaluationConfig Read(YamlSection yaml)
    {
        var defaults = new EvaluationConfig();
        var metrics = yaml.OptionalNames("metrics", MetricName, $"one of {string.Join(", ", AnswerMetricNames.All)}, or a list of them") ?? defaults.Metrics;
        CheckNames(yaml, "metrics", metrics, AnswerMetricNames.All);
        return new EvaluationConfig
        {
            MaxNewTokens = yaml.Integer("max_new_tokens", defaults.MaxNewTokens, 1, 1 << 20),
            MaxRows = yaml.Integer("max_rows", defaults.MaxRows, 1, 1_000_000_000),
            Confidence = yaml.Number("confidence", defaults.Confidence, Bounds.Above(0.5).Below(1)),
            MinExactMatch = yaml.Number("min_exact_match", defaults.MinExactMatch, Bounds.From(0).UpTo(1)),
            Metrics = metrics,
            Stop = yaml.OptionalNames("stop", AnyText, $"one text or a list of them, each of at most {MaxText} characters") ?? defaults.Stop,
            Filter = yaml.Optional("filter") is null ? null : yaml.Section("filter", Filter),
            Match = yaml.Section("match", Match),
            Gate = yaml.Section("gate", Gate),
        };
    }

    private static AnswerFilterConfig Filter(YamlSection yaml)
    {
        var defaults = new AnswerFilterConfig();
        if (!yaml.Has("regex_pattern"))
        {
            yaml.Report("regex_pattern", "a filter needs its pattern here");
        }

        return new AnswerFilterConfig
        {
            RegexPattern = yaml.Expression("regex_pattern"),
            GroupSelect = yaml.Integer("group_select", defaults.GroupSelect, -1000, 1000),
            Fallback = yaml.OptionalWord("fallback", AnyText, $"a text of at most {MaxText} characters") ?? defaults.Fallback,
        };
    }

    private static MatchConfig Match(YamlSection yaml)
    {
        var defaults = new MatchConfig();
        return new MatchConfig
        {
            IgnoreCase = yaml.Boolean("ignore_case", defaults.IgnoreCase),
            IgnorePunctuation = yaml.Boolean("ignore_punctuation", defaults.IgnorePunctuation),
            IgnoreNumbers = yaml.Boolean("ignore_numbers", defaults.IgnoreNumbers),
            RegexesToIgnore = yaml.OptionalExpressions("regexes_to_ignore") ?? defaults.RegexesToIgnore,
        };
    }

    private static GateConfig Gate(YamlSection yaml)
    {
        var defaults = new GateConfig();
        string[] limited = [.. AnswerMetricNames.All, AnswerMetricNames.Loss];
        var anything = Bounds.From(-1e9).UpTo(1e9);
        var config = new GateConfig
        {
            Metric = yaml.Name("metric", defaults.Metric, $"^({string.Join('|', AnswerMetricNames.OfRows)}|{AnswerMetricNames.Loss}|hook:[A-Za-z0-9_-]+)\\z", $"one of {string.Join(", ", AnswerMetricNames.OfRows)}, {AnswerMetricNames.Loss}, or hook:NAME"),
            MinGain = yaml.Number("min_gain", defaults.MinGain, Bounds.From(0).UpTo(1e6)),
            Minimums = yaml.NumberOfEach("minimums", defaults.Minimums, anything),
            Maximums = yaml.NumberOfEach("maximums", defaults.Maximums, anything),
            RegressionMargin = yaml.Number("regression_margin", defaults.RegressionMargin, Bounds.From(0).UpTo(1e6)),
            RegressionMargins = yaml.NumberOfEach("regression_margins", defaults.RegressionMargins, Bounds.From(0).UpTo(1e6)),
            Classes = yaml.Optional("classes") is null ? null : yaml.Section("classes", Classes),
            MaxSlowdown = yaml.OptionalNumber("max_slowdown", Bounds.From(1).UpTo(1e6)),
            MaxAdapterBytes = yaml.Has("max_adapter_bytes") ? yaml.Long("max_adapter_bytes", 1, 1, 1L << 50) : Absent(yaml, "max_adapter_bytes"),
            Approval = yaml.OneOf("approval", defaults.Approval, [ApprovalPolicy.Never, ApprovalPolicy.Always, ApprovalPolicy.Close]),
        };
        CheckNames(yaml, "minimums", config.Minimums.Keys, limited);
        CheckNames(yaml, "maximums", config.Maximums.Keys, limited);
        return config;
    }

    private static ClassGateConfig Classes(YamlSection yaml)
    {
        var defaults = new ClassGateConfig();
        return new ClassGateConfig
        {
            Field = yaml.OptionalWord("field", FieldName, "the name of a field of the references, dots leading into objects"),
            MaxDrop = yaml.Number("max_drop", defaults.MaxDrop, Bounds.From(0).UpTo(1e6)),
            MinRows = yaml.Integer("min_rows", defaults.MinRows, 1, 1_000_000_000),
        };
    }

    private static void CheckNames(YamlSection yaml, string key, IEnumerable<string> names, IReadOnlyList<string> allowed)
    {
        foreach (var name in names.Where(name => !AnswerMetricNames.IsHook(name) && !allowed.Contains(name, StringComparer.Ordinal)))
        {
            yaml.Report(key, $"there is no figure '{name}'; there are {string.Join(", ", allowed)}");
        }
    }

    // Asked for, so that it counts among the allowed keys.
    private static long? Absent(YamlSection yaml, string key)
    {
        yaml.Optional(key);
        return null;
    }
}
