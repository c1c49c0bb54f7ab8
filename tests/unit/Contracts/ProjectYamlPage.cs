using System.Collections;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using LoraMesh.Contracts;

namespace LoraMesh.UnitTests.Contracts;

/// <summary>Writes docs/project-yaml.md: every key with its default and what the code's comments say of it.</summary>
internal sealed class ProjectYamlPage
{
    private readonly Dictionary<string, string> _comments = new(StringComparer.Ordinal);
    private readonly StringBuilder _page = new();
    private readonly List<string> _keys = [];

    public ProjectYamlPage()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(Repository.Root, "shared", "contracts"), "*.cs"))
        {
            ReadComments(File.ReadLines(file));
        }
    }

    /// <summary>All keys, dots leading into sections.</summary>
    public IReadOnlyList<string> Keys => _keys;

    /// <summary>The page.</summary>
    public string Write()
    {
        _page.Append("# project.yaml\n\nEvery key is optional. Unknown keys and values out of their range are refused with line, column and what is allowed.\n\n");
        _page.Append("This page is written by a test from the comments in `shared/contracts`: `dotnet test tests/unit --filter ProjectYamlPageTests`\n");
        _page.Append("fails where it is out of date, and leaves the page as it should be in `docs/project-yaml.received.md`.\n");
        Section(new ProjectConfig(), string.Empty);
        return _page.ToString();
    }

    private void Section(object section, string path)
    {
        var inner = new List<(PropertyInfo Property, string Path)>();
        _page.Append("\n| key | default | what it is |\n|---|---|---|\n");
        foreach (var property in section.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.SetMethod is not null).OrderBy(property => property.MetadataToken))
        {
            var key = property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);
            var full = path.Length == 0 ? key : $"{path}.{key}";
            _keys.Add(full);
            var isSection = IsSection(property.PropertyType);
            var link = isSection ? $"[`{key}`](#{Anchor(full)})" : $"`{key}`";
            _page.Append(System.Globalization.CultureInfo.InvariantCulture, $"| {link} | {(isSection ? "" : Default(property.GetValue(section)))} | {Comment(section.GetType().Name, property.Name)} |\n");
            if (isSection)
            {
                inner.Add((property, full));
            }
        }

        foreach (var (property, full) in inner)
        {
            _page.Append(System.Globalization.CultureInfo.InvariantCulture, $"\n## {full}\n");
            Section(property.GetValue(section) ?? Activator.CreateInstance(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType)!, full);
        }
    }

    private static bool IsSection(Type type) => type.Assembly == typeof(ProjectConfig).Assembly && type.IsClass;

    private static string Anchor(string heading) => heading.Replace(".", string.Empty, StringComparison.Ordinal);

    private static string Default(object? value) => value switch
    {
        null => "",
        string { Length: 0 } => "",
        IEnumerable list and not string when !list.Cast<object>().Any() => "none",
        _ => $"`{JsonSerializer.Serialize(value, ContractsJson.Options).Trim('"')}`",
    };

    private string Comment(string type, string property) => _comments.TryGetValue($"{type}.{property}", out var comment) ? comment : throw new InvalidOperationException($"{type}.{property} has no comment.");

    private void ReadComments(IEnumerable<string> lines)
    {
        var (type, comment) = (string.Empty, new StringBuilder());
        foreach (var line in lines.Select(line => line.Trim()))
        {
            if (line.StartsWith("///", StringComparison.Ordinal))
            {
                comment.Append(line.AsSpan(3)).Append(' ');
                continue;
            }

            if (Regex.Match(line, @"^public (?:sealed record|static class) (\w+)") is { Success: true } opened)
            {
                type = opened.Groups[1].Value;
                comment.Clear();
            }
            else if (Regex.Match(line, @"^public (?:required )?[\w<>?, ]+? (\w+) \{ get;") is { Success: true } property)
            {
                _comments[$"{type}.{property.Groups[1].Value}"] = Plain(comment.ToString());
                comment.Clear();
            }
            else if (!line.StartsWith('['))
            {
                comment.Clear();
            }
        }
    }

    private static string Plain(string comment)
    {
        var text = Regex.Replace(comment, "</?summary>|</?para>", " ");
        text = Regex.Replace(text, "<see cref=\"([^\"]+)\"\\s*/>", match => Name(match.Groups[1].Value));
        text = Regex.Replace(text, "</?c>", "`");
        return Regex.Replace(System.Net.WebUtility.HtmlDecode(text), @"\s+", " ").Trim().Replace("|", "\\|", StringComparison.Ordinal);
    }

    // A class of constants is the words that it holds, a property is its key.
    private static string Name(string reference)
    {
        var constants = typeof(ProjectConfig).Assembly.GetType($"LoraMesh.Contracts.{reference}")?.GetFields().Where(field => field.IsLiteral && field.FieldType == typeof(string)).Select(field => $"`{field.GetRawConstantValue()}`").ToList() ?? [];
        return constants.Count > 0 ? string.Join(", ", constants)
            : typeof(ProjectConfig).Assembly.GetType($"LoraMesh.Contracts.{reference[..Math.Max(0, reference.LastIndexOf('.'))]}")?.GetField(reference[(reference.LastIndexOf('.') + 1)..]) is { IsLiteral: true } constant ? $"`{constant.GetRawConstantValue()}`"
            : $"`{JsonNamingPolicy.SnakeCaseLower.ConvertName(reference[(reference.LastIndexOf('.') + 1)..])}`";
    }
}
