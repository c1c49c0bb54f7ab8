using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using LoraMesh.Contracts;
using LoraMesh.Hosting.Configuration.Yaml;

namespace LoraMesh.Hosting.Configuration;

/// <summary>Reads a search over settings, whose keys bear the names of W&amp;B's sweeps: <c>method</c>, <c>run_cap</c>, <c>parameters</c> with <c>values</c> or <c>min</c> and <c>max</c>.</summary>
public static class SweepYaml
{
    private const int MaxTrials = 1000;

    /// <summary>Reads it.</summary>
    /// <param name="text">The document.</param>
    /// <param name="config">Settings that every trial begins with.</param>
    /// <exception cref="ProjectConfigException">All that is wrong with it, or with the settings of a trial.</exception>
    public static SweepSettings Parse(string text, TrainingConfig config)
    {
        ArgumentNullException.ThrowIfNull(text);
        var problems = new List<ConfigProblem>();
        SweepSettings? sweep = null;
        if (YamlTree.Read(text, ProjectYaml.MaxBytes, problems) is { } root)
        {
            var section = new YamlSection("", root, problems);
            sweep = Read(section, config, problems);
            section.Finish();
        }

        return problems.Count == 0 ? sweep! : throw new ProjectConfigException(problems);
    }

    private static SweepSettings Read(YamlSection yaml, TrainingConfig config, List<ConfigProblem> problems)
    {
        var random = yaml.OneOf("method", "grid", ["grid", "random"]) == "random";
        var cap = yaml.OptionalInteger("run_cap", 1, MaxTrials);
        var seed = yaml.Integer("seed", 42, 0, int.MaxValue);
        var median = yaml.OneOf("early_terminate", "median", ["median", "none"]) == "median";
        var parameters = ReadParameters(yaml, random);
        if (problems.Count > 0)
        {
            return new SweepSettings([], median);
        }

        if (random && cap is null)
        {
            yaml.Report("method", "method is random, so run_cap must say how many trials there are");
            return new SweepSettings([], median);
        }

        var points = random ? Random(parameters, cap!.Value, seed) : Grid(parameters);
        var all = points.Take(cap ?? (MaxTrials + 1)).ToList();
        if (all.Count > MaxTrials)
        {
            yaml.Report("parameters", $"the grid has more than {MaxTrials} trials; leave values out, or set run_cap");
        }

        // What is wrong with one trial is wrong with many; the first tells it.
        return new SweepSettings([.. all.TakeWhile(_ => problems.Count == 0).Select((point, index) => Trial(index + 1, point, config, problems))], median);
    }

    private static List<(string Key, Func<Random, string>? Draw, IReadOnlyList<string> Values)> ReadParameters(YamlSection yaml, bool random)
    {
        const string Expected = "keys of training, each with 'values: [...]', or for random search 'min' and 'max'";
        List<(string, Func<Random, string>?, IReadOnlyList<string>)> parameters = [];
        if (yaml.Optional("parameters") is not YamlMap { Entries.Count: > 0 } map)
        {
            yaml.Report("parameters", $"expected {Expected}");
            return parameters;
        }

        foreach (var (key, node) in map.Entries)
        {
            var keys = (node as YamlMap)?.Entries.ToDictionary(entry => entry.Key.Value, entry => entry.Value, StringComparer.Ordinal) ?? [];
            if (keys.Count == 1 && keys.TryGetValue("values", out var values) && values is YamlList { Items.Count: > 0 } list && list.Items.All(item => item is YamlScalar { IsNull: false } or YamlList))
            {
                parameters.Add((key.Value, null, [.. list.Items.Select(Json)]));
            }
            else if (random && Range(keys) is { } draw)
            {
                parameters.Add((key.Value, draw, []));
            }
            else
            {
                yaml.Wrong<object?>("parameters", node, $"{Expected} (at '{key.Value}')", null);
            }
        }

        return parameters;
    }

    // Even between two bounds, by their logarithms with log_uniform_values; whole numbers where both bounds are.
    private static Func<Random, string>? Range(Dictionary<string, YamlNode> keys)
    {
        if (!keys.Keys.All(key => key is "min" or "max" or "distribution") || Bound("min") is not { } low || Bound("max") is not { } high || !(low < high))
        {
            return null;
        }

        var shape = keys.TryGetValue("distribution", out var node) ? (node as YamlScalar)?.Value : "uniform";
        var whole = IsWhole("min") && IsWhole("max");
        return shape switch
        {
            "uniform" when whole => random => random.NextInt64((long)low, (long)high + 1).ToString(CultureInfo.InvariantCulture),
            "uniform" => random => Text(low + ((high - low) * random.NextDouble())),
            "log_uniform_values" when low > 0 => random => Text(low * Math.Pow(high / low, random.NextDouble())),
            _ => null,
        };

        bool IsWhole(string key) => long.TryParse(((YamlScalar)keys[key]).Value, CultureInfo.InvariantCulture, out _);

        double? Bound(string key) => keys.TryGetValue(key, out var bound) && bound is YamlScalar { Plain: true } scalar && double.TryParse(scalar.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

        // Three digits are told apart by no training.
        static string Text(double value) => value.ToString("G3", CultureInfo.InvariantCulture);
    }

    private static IEnumerable<Dictionary<string, string>> Grid(List<(string Key, Func<Random, string>? Draw, IReadOnlyList<string> Values)> parameters)
    {
        IEnumerable<Dictionary<string, string>> points = [new(StringComparer.Ordinal)];
        foreach (var (key, _, values) in parameters)
        {
            points = points.SelectMany(point => values.Select(value => new Dictionary<string, string>(point, StringComparer.Ordinal) { [key] = value }));
        }

        return points;
    }

    private static IEnumerable<Dictionary<string, string>> Random(List<(string Key, Func<Random, string>? Draw, IReadOnlyList<string> Values)> parameters, int trials, int seed)
    {
        var random = new Random(seed);
        for (var trial = 0; trial < trials; trial++)
        {
            yield return parameters.ToDictionary(parameter => parameter.Key, parameter => parameter.Draw?.Invoke(random) ?? parameter.Values[random.Next(parameter.Values.Count)], StringComparer.Ordinal);
        }
    }

    // YAML contains JSON, so the settings are written, changed and read again, with every check that a file has.
    private static SweepTrial Trial(int number, Dictionary<string, string> values, TrainingConfig config, List<ConfigProblem> problems)
    {
        var settings = JsonSerializer.SerializeToNode(config, ContractsJson.Options)!.AsObject();
        if (config.WarmupSteps is not null)
        {
            settings.Remove("warmup_ratio");
        }

        foreach (var (key, node) in settings.ToList())
        {
            foreach (var nothing in (node as JsonObject)?.Where(pair => pair.Value is null).Select(pair => pair.Key).ToList() ?? [])
            {
                settings[key]!.AsObject().Remove(nothing);
            }
        }

        foreach (var key in values.Keys)
        {
            settings.Remove(key);
        }

        var pairs = settings.Select(pair => $"\"{pair.Key}\": {pair.Value!.ToJsonString()}").Concat(values.Select(pair => $"\"{pair.Key}\": {pair.Value}"));
        try
        {
            return new SweepTrial(number, values, ProjectYaml.ParseTraining($"{{{string.Join(", ", pairs)}}}"));
        }
        catch (ProjectConfigException wrong)
        {
            problems.AddRange(wrong.Problems.Select(problem => new ConfigProblem(1, 1, problem.Key, $"in trial {number} ({string.Join(", ", values.Select(pair => $"{pair.Key} {pair.Value}"))}): {problem.Message}")));
            return new SweepTrial(number, values, config);
        }
    }

    private static string Json(YamlNode node) => node switch
    {
        YamlScalar { Plain: true } scalar => scalar.Value,
        YamlScalar scalar => JsonValue.Create(scalar.Value).ToJsonString(),
        YamlList list => $"[{string.Join(", ", list.Items.Select(Json))}]",
        _ => "{}",
    };
}
