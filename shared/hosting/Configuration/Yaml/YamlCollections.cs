using System.Globalization;
using System.Text.RegularExpressions;

namespace LoraMesh.Hosting.Configuration.Yaml;

/// <summary>Reads keys that hold several values, and those that may be left empty.</summary>
internal static class YamlCollections
{
    private const int MaxEntries = 256;
    private const int MaxPattern = 512;
    private static readonly TimeSpan MatchTime = TimeSpan.FromSeconds(1);

    /// <summary>A number that may be missing.</summary>
    public static double? OptionalNumber(this YamlSection yaml, string key, Bounds bounds) =>
        yaml.Optional(key) is not { } node ? null
        : Number(node, bounds) is { } value ? value
        : yaml.Wrong(key, node, bounds.ToString(), default(double?));

    /// <summary>A whole number that may be missing.</summary>
    public static int? OptionalInteger(this YamlSection yaml, string key, int low, int high) =>
        yaml.Optional(key) is not { } node ? null
        : Integer(node, low, high) is { } value ? value
        : yaml.Wrong(key, node, $"a whole number from {low} to {high}", default(int?));

    /// <summary>One of several words, or nothing.</summary>
    public static string? OptionalOneOf(this YamlSection yaml, string key, IReadOnlyList<string> allowed) =>
        yaml.Optional(key) is not { } node ? null
        : node is YamlScalar scalar && allowed.Contains(scalar.Value, StringComparer.Ordinal) ? scalar.Value
        : yaml.Wrong(key, node, $"one of {string.Join(", ", allowed)}", default(string));

    /// <summary>A word of a form, or nothing.</summary>
    public static string? OptionalWord(this YamlSection yaml, string key, string pattern, string expected) =>
        yaml.Optional(key) is not { } node ? null
        : node is YamlScalar scalar && Regex.IsMatch(scalar.Value, pattern, RegexOptions.CultureInvariant, MatchTime) ? scalar.Value
        : yaml.Wrong(key, node, expected, default(string));

    /// <summary>One name or a list of names, or nothing; an empty list is nothing.</summary>
    public static IReadOnlyList<string>? OptionalNames(this YamlSection yaml, string key, string pattern, string expected) =>
        yaml.Several(key, expected, node => node is YamlScalar { IsNull: false } scalar && Regex.IsMatch(scalar.Value, pattern, RegexOptions.CultureInvariant, MatchTime) ? scalar.Value : null)?.Select(name => name!).ToList();

    /// <summary>One whole number or a list of them, or nothing.</summary>
    public static IReadOnlyList<int>? OptionalIntegers(this YamlSection yaml, string key, int low, int high) =>
        yaml.Several(key, $"whole numbers from {low} to {high}", node => Integer(node, low, high))?.Select(value => value!.Value).ToList();

    /// <summary>Whether the key holds text that is no name: a regular expression, then, which is checked.</summary>
    public static bool IsPattern(this YamlSection yaml, string key, string name, out string pattern)
    {
        pattern = string.Empty;
        if (!yaml.Has(key) || yaml.Optional(key) is not YamlScalar { IsNull: false } scalar || Regex.IsMatch(scalar.Value, name, RegexOptions.CultureInvariant, MatchTime))
        {
            return false;
        }

        pattern = scalar.Value;
        return IsExpression(pattern) || yaml.Wrong(key, scalar, $"a regular expression of at most {MaxPattern} characters", true);
    }

    /// <summary>A regular expression; empty where the key is missing.</summary>
    public static string Expression(this YamlSection yaml, string key) =>
        yaml.Optional(key) is not { } node ? string.Empty
        : node is YamlScalar { IsNull: false } scalar && IsExpression(scalar.Value) ? scalar.Value
        : yaml.Wrong(key, node, $"a regular expression of at most {MaxPattern} characters", string.Empty);

    /// <summary>One regular expression or a list of them, or nothing.</summary>
    public static IReadOnlyList<string>? OptionalExpressions(this YamlSection yaml, string key) =>
        yaml.Several(key, $"one regular expression of at most {MaxPattern} characters, or a list of them", node => node is YamlScalar { IsNull: false } scalar && IsExpression(scalar.Value) ? scalar.Value : null)?.Select(pattern => pattern!).ToList();

    /// <summary>Regular expressions, each with a value; in the order written. Nothing where there is none.</summary>
    public static IReadOnlyDictionary<string, T>? OptionalPatterns<T>(this YamlSection yaml, string key, string expected, Func<YamlNode, T?> read)
        where T : struct => yaml.Mapped(key, $"regular expressions of module paths, each with {expected}", (name, node) => IsExpression(name) ? read(node) : null);

    /// <summary>Names, each with a value; in the order written. Nothing where there is none.</summary>
    public static IReadOnlyDictionary<string, T>? Mapped<T>(this YamlSection yaml, string key, string expected, Func<string, YamlNode, T?> read)
        where T : struct
    {
        if (yaml.Optional(key) is not { } node)
        {
            return null;
        }

        if (node is not YamlMap map || map.Entries.Count > MaxEntries)
        {
            return yaml.Wrong(key, node, expected, default(IReadOnlyDictionary<string, T>));
        }

        var values = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (var (name, value) in map.Entries)
        {
            if (read(name.Value, value) is { } good)
            {
                values[name.Value] = good;
            }
            else
            {
                yaml.Wrong(key, value, $"{expected} (at '{name.Value}')", 0);
            }
        }

        return values.Count == 0 ? null : values;
    }

    /// <summary>The node as a number within bounds, or null.</summary>
    public static double? Number(YamlNode node, Bounds bounds) =>
        node is YamlScalar { Plain: true } scalar && double.TryParse(scalar.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && bounds.Contain(value) ? value : null;

    /// <summary>The node as a whole number within bounds, or null.</summary>
    public static int? Integer(YamlNode node, int low, int high) =>
        node is YamlScalar { Plain: true } scalar && int.TryParse(scalar.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= low && value <= high ? value : null;

    private static List<T?>? Several<T>(this YamlSection yaml, string key, string expected, Func<YamlNode, T?> read)
    {
        if (yaml.Optional(key) is not { } node)
        {
            return null;
        }

        IReadOnlyList<YamlNode> items = node is YamlList list ? list.Items : [node];
        if (items.Count > MaxEntries)
        {
            return yaml.Wrong(key, node, $"at most {MaxEntries} entries", default(List<T?>));
        }

        var values = new List<T?>();
        foreach (var item in items)
        {
            if (read(item) is { } value)
            {
                values.Add(value);
            }
            else
            {
                yaml.Wrong(key, item, expected, 0);
            }
        }

        return values.Count == 0 ? null : values;
    }

    private static bool IsExpression(string text)
    {
        try
        {
            return text.Length is > 0 and <= MaxPattern && new Regex(text, RegexOptions.CultureInvariant, MatchTime) is not null;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
