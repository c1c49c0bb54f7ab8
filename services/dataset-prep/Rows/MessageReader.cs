using System.Text;
using System.Text.Json;
using LoraMesh.DatasetPrep.Problems;

namespace LoraMesh.DatasetPrep.Rows;

/// <summary>Reads one message, as OpenAI (<c>role</c>, <c>content</c>) or as ShareGPT (<c>from</c>, <c>value</c>) writes it.</summary>
internal static class MessageReader
{
    private static readonly string[] ReasoningFields = ["reasoning_content", "reasoning", "thinking"];

    /// <summary>The message, or null where there is nothing to keep of it or <paramref name="problems"/> has been told why there is none.</summary>
    public static Turn? Read(JsonElement message, string path, RowProblems problems)
    {
        if (message.ValueKind != JsonValueKind.Object)
        {
            problems.Add(ProblemKind.WrongType, path, Shown.Value(message), "an object with role and content", "Write the message as {\"role\": \"user\", \"content\": \"…\"}.");
            return null;
        }

        if (!Fields.HaveNoDuplicates(message, path, problems) || LosesMeaning(message, path, problems))
        {
            return null;
        }

        var isShareGpt = !message.TryGetProperty("role", out _) && message.TryGetProperty("from", out _);
        var role = Role(message, path, isShareGpt, problems);
        var calls = ToolCalls.Read(message, role, path, problems);
        if (isShareGpt && Alias(message) == "function_call")
        {
            calls = ToolCalls.ReadShareGpt(message, path, problems);
            return calls is null ? null : new Turn { Role = Roles.Assistant, Content = string.Empty, ToolCalls = calls };
        }

        // Calls that could not be read are calls all the same.
        var isCall = role == Roles.Assistant && calls is null or { Count: > 0 };
        var content = Content(message, path, isShareGpt ? "value" : "content", isCall, role, problems);
        if (role is null || content is null || calls is null)
        {
            return null;
        }

        return new Turn
        {
            Role = role,
            Content = content,
            ToolCalls = calls,
            Name = Fields.Name(message, path, "name", problems),
            ToolCallId = role == Roles.Tool ? Fields.Name(message, path, "tool_call_id", problems) : null,
            Reasoning = ReasoningFields.Select(name => role == Roles.Assistant ? Fields.Name(message, path, name, problems) : null).FirstOrDefault(text => !string.IsNullOrEmpty(text)),
        };
    }

    private static string? Alias(JsonElement message) => message.GetProperty("from") is { ValueKind: JsonValueKind.String } from ? from.GetString() : null;

    // What OpenAI's format has beside text, and what changes which messages are learned.
    private static bool LosesMeaning(JsonElement message, string path, RowProblems problems)
    {
        var found = false;
        if (message.TryGetProperty("weight", out var weight) && !(weight.ValueKind == JsonValueKind.Null || (weight.ValueKind == JsonValueKind.Number && weight.TryGetDouble(out var value) && value == 1)))
        {
            found = true;
            problems.Add(ProblemKind.UnsupportedField, JsonPlace.Field(path, "weight"), Shown.Value(weight), "no weight, or 1", "Every answer of a row is learned alike: end the row before the message that is not to be learned, or remove it.");
        }

        foreach (var name in (ReadOnlySpan<string>)["refusal", "audio"])
        {
            if (message.TryGetProperty(name, out var lost) && lost.ValueKind is not (JsonValueKind.Null or JsonValueKind.False))
            {
                found = true;
                problems.Add(ProblemKind.UnsupportedField, JsonPlace.Field(path, name), Shown.Value(lost), "messages of text", "Write what is to be learned as \"content\", or remove the row.");
            }
        }

        return found;
    }

    private static string? Role(JsonElement message, string path, bool isShareGpt, RowProblems problems)
    {
        var field = isShareGpt ? "from" : "role";
        if (Fields.Text(message, path, field, problems) is not { } role || Roles.IsOne(role))
        {
            return message.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String && Roles.IsOne(value.GetString()!) ? value.GetString() : null;
        }

        var place = JsonPlace.Field(path, field);
        if (Roles.Named(role) is { } named)
        {
            // ShareGPT's own names are no mistake.
            return isShareGpt || problems.Add(ProblemKind.RoleAlias, place, Shown.Text($"\"{role}\""), $"\"{named}\"", $"Write \"{named}\".") == ProblemPolicy.Repair ? named : null;
        }

        problems.Add(ProblemKind.UnknownRole, place, Shown.Text($"\"{role}\""), "system, user, assistant or tool", "Only these roles are trained on; rename it, or remove the message or the row.");
        return null;
    }

    private static string? Content(JsonElement message, string path, string field, bool isCall, string? role, RowProblems problems)
    {
        var place = JsonPlace.Field(path, field);
        if (!message.TryGetProperty(field, out var content) || content.ValueKind == JsonValueKind.Null)
        {
            if (isCall)
            {
                return string.Empty;
            }

            if (content.ValueKind == JsonValueKind.Null)
            {
                problems.Add(ProblemKind.NullValue, place, "null", "a string", "Fill it in, or remove the row; only an assistant that calls tools may say nothing.");
            }
            else
            {
                Fields.Missing(message, place, field, problems);
            }

            return null;
        }

        if (content.ValueKind == JsonValueKind.Array)
        {
            return Parts(content, place, problems);
        }

        if (role == Roles.System && content.ValueKind == JsonValueKind.String && string.IsNullOrWhiteSpace(content.GetString()))
        {
            problems.Add(ProblemKind.EmptySystem, place, Shown.Value(content), "text with at least one visible character", "Remove the system message, or fill it in.");
            return null;
        }

        return isCall || role == Roles.Tool ? Fields.OptionalText(content, place, problems) : Fields.Text(content, place, problems);
    }

    private static string? Parts(JsonElement parts, string place, RowProblems problems)
    {
        var text = new StringBuilder();
        var number = 0;
        foreach (var part in parts.EnumerateArray())
        {
            var at = $"{place}[{number++}]";
            if (part.ValueKind == JsonValueKind.Object && part.TryGetProperty("text", out var words) && words.ValueKind == JsonValueKind.String)
            {
                text.Append(words.GetString());
            }
            else if (part.ValueKind == JsonValueKind.String)
            {
                text.Append(part.GetString());
            }
            else
            {
                problems.Add(ProblemKind.UnsupportedPart, at, Shown.Value(part), "a part of text: {\"type\": \"text\", \"text\": \"…\"}", "Only text is trained on: remove the part or the row.");
            }
        }

        if (problems.IsFatal)
        {
            return null;
        }

        if (string.IsNullOrWhiteSpace(text.ToString()))
        {
            problems.Add(ProblemKind.EmptyContent, place, Shown.Value(parts), "text with at least one visible character", "Fill it in, or remove the row.");
            return null;
        }

        return problems.Add(ProblemKind.ContentParts, place, Shown.Value(parts), "a string", "Join the parts into one string.") == ProblemPolicy.Repair ? text.ToString() : null;
    }
}
