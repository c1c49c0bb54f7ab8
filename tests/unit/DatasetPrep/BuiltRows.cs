using System.Text.Json;
using LoraMesh.DatasetPrep.Building;

namespace LoraMesh.UnitTests.DatasetPrep;

/// <summary>What lies in the splits of a built dataset.</summary>
internal static class BuiltRows
{
    /// <summary>The rows of a split: id, the first user message, and the answer.</summary>
    public static List<(string Id, string Question, string Answer)> Of(BuiltSplit split) => [.. File.ReadLines(split.Text.Path).Select(line =>
    {
        using var row = JsonDocument.Parse(line);
        var messages = row.RootElement.GetProperty("messages").EnumerateArray().ToList();
        return (row.RootElement.GetProperty("id").GetString()!, messages.First(message => message.GetProperty("role").GetString() == "user").GetProperty("content").GetString()!, messages[^1].GetProperty("content").GetString()!);
    })];

    /// <summary>By id, whether a row is held out.</summary>
    public static Dictionary<string, bool> Sides(BuildOutcome outcome) =>
        Of(outcome.Train!).Select(row => (row.Id, false)).Concat(Of(outcome.Test!).Select(row => (row.Id, true))).ToDictionary();
}
