using System.Text.Json;
using LoraMesh.DatasetPrep.Problems;

namespace LoraMesh.DatasetPrep.Rows;

/// <summary>The tools that a row offers.</summary>
/// <param name="Json">A canonical JSON array of <c>{"type":"function","function":{…}}</c>.</param>
/// <param name="Names">The functions' names.</param>
internal sealed record ToolList(string Json, IReadOnlySet<string> Names)
{
    /// <summary>Reads them; null when <paramref name="problems"/> has been told why they cannot be read.</summary>
    public static ToolList? Read(JsonElement tools, string path, RowProblems problems)
    {
        if (Fields.Json(tools, path, "an array of tools", problems) is not { } array)
        {
            return null;
        }

        if (array.ValueKind != JsonValueKind.Array)
        {
            problems.Add(ProblemKind.InvalidTools, path, Shown.Value(array), "an array of tools", "Write \"tools\" as [{\"type\": \"function\", \"function\": {\"name\": \"…\", \"parameters\": {…}}}].");
            return null;
        }

        var (names, parts, number) = (new SortedSet<string>(StringComparer.Ordinal), new List<string>(), 0);
        foreach (var tool in array.EnumerateArray())
        {
            var place = $"{path}[{number++}]";
            var isWrapped = tool.ValueKind == JsonValueKind.Object && tool.TryGetProperty("function", out _);
            var function = isWrapped ? tool.GetProperty("function") : tool;
            if (function.ValueKind != JsonValueKind.Object || !function.TryGetProperty("name", out var name) || name.ValueKind != JsonValueKind.String || string.IsNullOrWhiteSpace(name.GetString()))
            {
                problems.Add(ProblemKind.InvalidTools, place, Shown.Value(tool), "a tool with a name", "Write the tool as {\"type\": \"function\", \"function\": {\"name\": \"…\", \"parameters\": {…}}}.");
                return null;
            }

            names.Add(name.GetString()!);
            parts.Add(isWrapped ? CanonicalJson.Of(tool) : $$"""{"type":"function","function":{{CanonicalJson.Of(tool)}}}""");
        }

        return new ToolList($"[{string.Join(',', parts)}]", names);
    }
}
