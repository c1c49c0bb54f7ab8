using System.Globalization;
using System.Text.RegularExpressions;

namespace LoraMesh.Hosting.Configuration.Yaml;

/// <summary>
/// Reads the keys of one section. Each read says what is allowed and gives the default where the key is missing or
/// wrong; what was never asked for is unknown, which <see cref="Finish"/> reports.
/// </summary>
internal sealed class YamlSection(string path, YamlMap map, List<ConfigProblem> problems)
{
    private const int MaxNames = 64;
    private static readonly TimeSpan MatchTime = TimeSpan.FromSeconds(1);

    private readonly List<string> _asked = [];

    private IReadOnlyList<(YamlScalar Key, YamlNode Value)> Entries => map.Entries;

    public double Number(string key, double @default, Bounds bounds) =>
        Find(key) is not { } node ? @default
        : node is YamlScalar { Plain: true } scalar && double.TryParse(scalar.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && bounds.Contain(value) ? value
        : Wrong(key, node, bounds.ToString(), @default);

    public int Integer(string key, int @default, int low, int high) => (int)Long(key, @default, low, high);

    public long Long(string key, long @default, long low, long high) =>
        Find(key) is not { } node ? @default
        : node is YamlScalar { Plain: true } scalar && long.TryParse(scalar.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= low && value <= high ? value
        : Wrong(key, node, string.Create(CultureInfo.InvariantCulture, $"a whole number from {low} to {high}"), @default);

    public bool Boolean(string key, bool @default) =>
        Find(key) is not { } node ? @default
        : node is YamlScalar { Plain: true, Value: "true" or "True" or "TRUE" } || (node is not YamlScalar { Plain: true, Value: "false" or "False" or "FALSE" } && Wrong(key, node, "true or false", @default));

    public string OneOf(string key, string @default, IReadOnlyList<string> allowed) =>
        Find(key) is not { } node ? @default
        : node is YamlScalar scalar && allowed.Contains(scalar.Value, StringComparer.Ordinal) ? scalar.Value
        : Wrong(key, node, $"one of {string.Join(", ", allowed)}", @default);

    public string Name(string key, string @default, string pattern, string expected) =>
        Find(key) is not { } node ? @default
        : node is YamlScalar { IsNull: false } scalar && Regex.IsMatch(scalar.Value, pattern, RegexOptions.CultureInvariant, MatchTime) ? scalar.Value
        : Wrong(key, node, expected, @default);

    /// <summary>One name or a list of them; <paramref name="alone"/> stands for all and admits no other beside it.</summary>
    public IReadOnlyList<string> Names(string key, IReadOnlyList<string> @default, string pattern, string alone)
    {
        if (Find(key) is not { } node)
        {
            return @default;
        }

        var items = node is YamlList list ? list.Items : [node];
        var expected = $"{alone}, or one to {MaxNames} names of linear layers, such as [q_proj, v_proj]";
        if (items.Count is 0 or > MaxNames)
        {
            return Wrong(key, node, expected, @default);
        }

        var names = new List<string>();
        foreach (var item in items)
        {
            if (item is not YamlScalar { IsNull: false } scalar || !Regex.IsMatch(scalar.Value, pattern, RegexOptions.CultureInvariant, MatchTime))
            {
                Wrong(key, item, expected, @default);
            }
            else if (names.Contains(scalar.Value, StringComparer.Ordinal))
            {
                problems.Add(new ConfigProblem(item.Line, item.Column, Full(key), $"'{scalar.Value}' is listed twice; keep one"));
            }
            else
            {
                names.Add(scalar.Value);
            }
        }

        return names.Count > 1 && names.Contains(alone, StringComparer.Ordinal) ? Wrong(key, node, $"{alone} alone, or names without it", @default) : names;
    }

    /// <summary>Whether the key is there and has a value.</summary>
    public bool Has(string key) => map.Entries.Any(entry => entry.Key.Value == key && entry.Value is not YamlScalar { IsNull: true });

    /// <summary>What stands at a key that may be missing or empty, as <c>null</c> says it; null then.</summary>
    public YamlNode? Optional(string key) => Find(key, nothing: true) is { } node and not YamlScalar { IsNull: true } ? node : null;

    /// <summary>A section whose keys are free and whose values are each one of a few words.</summary>
    public IReadOnlyDictionary<string, string> OneOfEach(string key, IReadOnlyDictionary<string, string> @default, IReadOnlyList<string> allowed) =>
        Each(key, @default, (section, name) => section.OneOf(name, allowed[0], allowed));

    /// <summary>A section whose keys are free and whose values are texts.</summary>
    public IReadOnlyDictionary<string, string> TextOfEach(string key, IReadOnlyDictionary<string, string> @default, int maxLength) =>
        Each(key, @default, (section, name) => section.Text(name, maxLength));

    private string Text(string key, int maxLength) =>
        Find(key) is not { } node ? string.Empty
        : node is YamlScalar { IsNull: false, Value.Length: > 0 } scalar && scalar.Value.Length <= maxLength ? scalar.Value
        : Wrong(key, node, $"a text of at most {maxLength} characters", string.Empty);

    /// <summary>A section whose keys are free and whose values are numbers.</summary>
    public IReadOnlyDictionary<string, double> NumberOfEach(string key, IReadOnlyDictionary<string, double> @default, Bounds bounds) =>
        Each(key, @default, (section, name) => section.Number(name, 0, bounds));

    private IReadOnlyDictionary<string, T> Each<T>(string key, IReadOnlyDictionary<string, T> @default, Func<YamlSection, string, T> read) =>
        Section(key, section => section.Entries.Count == 0 ? @default : section.Entries.ToDictionary(entry => entry.Key.Value, entry => read(section, entry.Key.Value), StringComparer.Ordinal));

    /// <summary>Reads a section inside this one; a missing or empty one gives defaults.</summary>
    public T Section<T>(string key, Func<YamlSection, T> read)
    {
        var node = Find(key, nothing: true);
        var inner = node as YamlMap ?? new YamlMap([], map.Line, map.Column);
        if (node is not (null or YamlMap or YamlScalar { IsNull: true }))
        {
            Wrong(key, node, "keys with values, indented below it", inner);
        }

        var section = new YamlSection(Full(key), inner, problems);
        var result = read(section);
        section.Finish();
        return result;
    }

    /// <summary>Reports a value that is not what it should be.</summary>
    /// <returns>The default.</returns>
    public T Wrong<T>(string key, YamlNode node, string expected, T @default)
    {
        problems.Add(new ConfigProblem(node.Line, node.Column, Full(key), $"found {node.Shown}, expected {expected}"));
        return @default;
    }

    /// <summary>Reports what is wrong with keys that are right each by itself.</summary>
    public void Report(string key, string message)
    {
        var place = map.Entries.FirstOrDefault(entry => entry.Key.Value == key).Value ?? map;
        problems.Add(new ConfigProblem(place.Line, place.Column, Full(key), message));
    }

    /// <summary>Reports every key that was not asked for.</summary>
    public void Finish()
    {
        foreach (var (key, _) in map.Entries.Where(entry => !_asked.Contains(entry.Key.Value, StringComparer.Ordinal)))
        {
            var hint = NearestName.Find(key.Value, _asked) is { } near ? $"; did you mean '{near}'?" : ".";
            problems.Add(new ConfigProblem(key.Line, key.Column, Full(key.Value), $"there is no key '{key.Value}'{hint} Allowed here: {(_asked.Count == 0 ? "none" : string.Join(", ", _asked))}"));
        }
    }

    private YamlNode? Find(string key, bool nothing = false)
    {
        if (!_asked.Contains(key, StringComparer.Ordinal))
        {
            _asked.Add(key);
        }

        var node = map.Entries.FirstOrDefault(entry => entry.Key.Value == key).Value;
        if (node is YamlScalar { IsNull: true } && !nothing)
        {
            problems.Add(new ConfigProblem(node.Line, node.Column, Full(key), "it has no value; give one or remove the key"));
            return null;
        }

        return node;
    }

    private string Full(string key) => path.Length == 0 ? key : $"{path}.{key}";
}
