using System.Text.Json;
using LoraMesh.DatasetPrep.Problems;

namespace LoraMesh.DatasetPrep.Rows;

/// <summary>Reads single fields of a row's objects and reports what is wrong with them.</summary>
internal static class Fields
{
    /// <summary>Whether no key of the object occurs twice; a reader could take either.</summary>
    public static bool HaveNoDuplicates(JsonElement value, string path, RowProblems problems)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var none = true;
        foreach (var field in value.EnumerateObject())
        {
            if (!seen.Add(field.Name))
            {
                none = false;
                problems.Add(ProblemKind.DuplicateKey, JsonPlace.Field(path, field.Name), Shown.Text($"a second \"{field.Name}\": ") + Shown.Text(field.Value.GetRawText(), 40), "each key once", "Keep the one that is meant and remove the other.");
            }
        }

        return none;
    }

    /// <summary>A text that must be there and say something; null when it was reported.</summary>
    public static string? Text(JsonElement parent, string path, string name, RowProblems problems)
    {
        var place = JsonPlace.Field(path, name);
        if (!parent.TryGetProperty(name, out var value))
        {
            problems.Add(ProblemKind.MissingField, place, Shown.Fields(parent), $"a field \"{name}\"", $"Add \"{name}\" to the row, or correct its spelling.");
            return null;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            problems.Add(ProblemKind.WrongType, place, Shown.Value(value), "a string", value.ValueKind == JsonValueKind.Array ? "Join the parts into one string; only text is trained on." : $"Write \"{name}\" as text in double quotes.");
            return null;
        }

        var text = value.GetString()!;
        if (string.IsNullOrWhiteSpace(text))
        {
            problems.Add(ProblemKind.EmptyContent, place, Shown.Value(value), "text with at least one visible character", "Fill it in, or remove the row.");
            return null;
        }

        return HasNoNul(text, place, problems) ? text : null;
    }

    /// <summary>A text that may be absent, null or empty; those give an empty string, and null means that it was reported.</summary>
    public static string? OptionalText(JsonElement parent, string path, string name, RowProblems problems)
    {
        if (!parent.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return string.Empty;
        }

        var place = JsonPlace.Field(path, name);
        if (value.ValueKind != JsonValueKind.String)
        {
            problems.Add(ProblemKind.WrongType, place, Shown.Value(value), "a string, null or nothing", $"Write \"{name}\" as text in double quotes, or leave it out.");
            return null;
        }

        var text = value.GetString()!;
        return HasNoNul(text, place, problems) ? text : null;
    }

    private static bool HasNoNul(string text, string place, RowProblems problems)
    {
        var nul = text.IndexOf('\0', StringComparison.Ordinal);
        if (nul < 0)
        {
            return true;
        }

        problems.Add(ProblemKind.ControlCharacters, place, Shown.Text(text.AsSpan(Math.Max(0, nul - 20))), "text without NUL (\\u0000)", "Remove the NUL characters; they are usually left over from a conversion.");
        return false;
    }
}
