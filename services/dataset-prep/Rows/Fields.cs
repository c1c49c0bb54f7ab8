using System.Text.Json;
using LoraMesh.DatasetPrep.Problems;

namespace LoraMesh.DatasetPrep.Rows;

/// <summary>Reads single values of a row's objects and reports what is wrong with them.</summary>
internal static class Fields
{
    /// <summary>Whether no key of the object occurs twice; a reader could take either.</summary>
    public static bool HaveNoDuplicates(JsonElement value, string path, RowProblems problems)
    {
        HashSet<string>? seen = null;
        var none = true;
        foreach (var field in value.EnumerateObject())
        {
            seen ??= new HashSet<string>(StringComparer.Ordinal);
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
        if (parent.TryGetProperty(name, out var value))
        {
            return Text(value, JsonPlace.Field(path, name), problems);
        }

        Missing(parent, JsonPlace.Field(path, name), name, problems);
        return null;
    }

    /// <summary>Reports a field that is absent.</summary>
    public static void Missing(JsonElement parent, string place, string name, RowProblems problems) =>
        problems.Add(ProblemKind.MissingField, place, Shown.Fields(parent), $"a field \"{name}\"", $"Add \"{name}\" to the row, or correct its spelling.");

    /// <summary>A value as a text that says something; null when it was reported.</summary>
    public static string? Text(JsonElement value, string place, RowProblems problems)
    {
        if (String(value, place, problems) is not { } text)
        {
            return null;
        }

        if (SuspiciousText.IsBlank(text))
        {
            problems.Add(ProblemKind.EmptyContent, place, Shown.Value(value), "text with at least one visible character", "Fill it in, or remove the row.");
            return null;
        }

        return text;
    }

    /// <summary>A value as a text that may be empty or null; null when it was reported.</summary>
    public static string? OptionalText(JsonElement value, string place, RowProblems problems) =>
        value.ValueKind == JsonValueKind.Null ? string.Empty : String(value, place, problems);

    /// <summary>A text that may be absent; both absent and null give null.</summary>
    public static string? Name(JsonElement parent, string path, string name, RowProblems problems) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? String(value, JsonPlace.Field(path, name), problems) : null;

    /// <summary>A value that is JSON where the file could hold nothing but a text; the value itself where it is no text.</summary>
    /// <param name="value">The value.</param>
    /// <param name="place">Where it stands.</param>
    /// <param name="expected">What it must be, in words.</param>
    /// <param name="problems">Told where the text is no JSON, and where JSON need not have been a text.</param>
    public static JsonElement? Json(JsonElement value, string place, string expected, RowProblems problems)
    {
        if (value.ValueKind != JsonValueKind.String || value.GetString()!.AsSpan().TrimStart() is not ['[' or '{', ..])
        {
            return value;
        }

        try
        {
            using var inner = JsonDocument.Parse(value.GetString()!, new JsonDocumentOptions { MaxDepth = RowParser.MaxDepth });
            // A column can hold nothing else.
            if (!problems.HasColumns)
            {
                problems.Add(ProblemKind.JsonInString, place, Shown.Value(value), expected, "Write it as JSON, without the quotes around it.");
            }

            return problems.IsFatal ? null : inner.RootElement.Clone();
        }
        catch (JsonException)
        {
            problems.Add(ProblemKind.WrongType, place, Shown.Value(value), expected, "It looks like JSON and is none: write it with a JSON library.");
            return null;
        }
    }

    // Numbers and truth values have one spelling as text, which a project may accept.
    private static string? String(JsonElement value, string place, RowProblems problems)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                return HasNoNul(value.GetString()!, place, problems);
            case JsonValueKind.Null:
                problems.Add(ProblemKind.NullValue, place, "null", "a string", "Fill it in, or remove the row.");
                return null;
            case JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False:
                return problems.Add(ProblemKind.ScalarAsText, place, Shown.Value(value), "a string", "Write it as text in double quotes.") == ProblemPolicy.Repair ? value.GetRawText() : null;
            default:
                problems.Add(ProblemKind.WrongType, place, Shown.Value(value), "a string", value.ValueKind == JsonValueKind.Array ? "Join the parts into one string; only text is trained on." : "Write it as text in double quotes.");
                return null;
        }
    }

    private static string? HasNoNul(string text, string place, RowProblems problems)
    {
        var nul = text.IndexOf('\0', StringComparison.Ordinal);
        if (nul < 0)
        {
            return text;
        }

        var policy = problems.Add(ProblemKind.ControlCharacters, place, Shown.Text(text.AsSpan(Math.Max(0, nul - 20))), "text without NUL (\\u0000)", "Remove the NUL characters; they are usually left over from a conversion.");
        return policy == ProblemPolicy.Repair ? text.Replace("\0", string.Empty, StringComparison.Ordinal) : null;
    }
}
