using System.Text.Json;

namespace LoraMesh.UnitTests.Samples;

/// <summary>The rows of a committed chat data set.</summary>
internal static class ChatRows
{
    public static IReadOnlyList<(string? System, string User, string Answer)> Read(string name)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "Samples", name);
        return [.. File.ReadLines(path).Select(line => Parse(line))];
    }

    private static (string? System, string User, string Answer) Parse(string line)
    {
        using var row = JsonDocument.Parse(line);
        var turns = row.RootElement.GetProperty("messages").EnumerateArray()
            .Select(turn => (Role: turn.GetProperty("role").GetString(), Content: turn.GetProperty("content").GetString()!))
            .ToArray();
        var system = turns[0].Role == "system" ? turns[0].Content : null;
        var rest = system is null ? turns : turns[1..];
        Assert.Equal(["user", "assistant"], rest.Select(turn => turn.Role));
        return (system, rest[0].Content, rest[1].Content);
    }
}
