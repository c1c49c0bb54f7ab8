using System.Text.Json;
using LoraMesh.DatasetPrep.Problems;

namespace LoraMesh.DatasetPrep.Rows;

/// <summary>Reads the <c>messages</c> of a row: a system message or none, then user and assistant in turns, the assistant last.</summary>
internal static class Conversation
{
    private const string Path = "$.messages";
    private const string System = "system";
    private const string User = "user";
    private const string Assistant = "assistant";

    private static readonly string[] FieldsThatCarryMeaning = ["tool_calls", "function_call"];

    /// <summary>The messages, or null when <paramref name="problems"/> has been told why there are none.</summary>
    public static IReadOnlyList<Turn>? Read(JsonElement messages, RowProblems problems)
    {
        if (messages.ValueKind != JsonValueKind.Array)
        {
            problems.Add(ProblemKind.WrongType, Path, Shown.Value(messages), "an array of messages", "Write \"messages\" as [{\"role\": \"user\", \"content\": \"…\"}, {\"role\": \"assistant\", \"content\": \"…\"}].");
            return null;
        }

        var read = new List<Turn>(messages.GetArrayLength());
        foreach (var message in messages.EnumerateArray())
        {
            if (ReadMessage(message, $"{Path}[{read.Count}]", problems) is { } whole)
            {
                read.Add(whole);
            }
            else
            {
                // Keeps the numbers right; a row with a problem is not used.
                read.Add(new Turn { Role = string.Empty, Content = string.Empty });
            }
        }

        if (!problems.IsFatal)
        {
            CheckOrder(read, problems);
        }

        return problems.IsFatal ? null : read;
    }

    private static Turn? ReadMessage(JsonElement message, string path, RowProblems problems)
    {
        if (message.ValueKind != JsonValueKind.Object)
        {
            problems.Add(ProblemKind.WrongType, path, Shown.Value(message), "an object with role and content", "Write the message as {\"role\": \"user\", \"content\": \"…\"}.");
            return null;
        }

        if (!Fields.HaveNoDuplicates(message, path, problems))
        {
            return null;
        }

        var lost = Array.Find(FieldsThatCarryMeaning, name => message.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null);
        if (lost is not null)
        {
            problems.Add(ProblemKind.UnsupportedField, JsonPlace.Field(path, lost), Shown.Value(message.GetProperty(lost)), "messages of text only", "Remove the row, or write the call as text in \"content\".");
            return null;
        }

        var role = Fields.Text(message, path, "role", problems);
        var content = Fields.Text(message, path, "content", problems);
        if (role is not (null or System or User or Assistant))
        {
            problems.Add(ProblemKind.UnknownRole, JsonPlace.Field(path, "role"), Shown.Text($"\"{role}\""), "system, user or assistant", RoleSuggestion(role));
            return null;
        }

        return role is null || content is null ? null : new Turn { Role = role, Content = content };
    }

    private static void CheckOrder(List<Turn> messages, RowProblems problems)
    {
        if (messages.Count == 0)
        {
            problems.Add(ProblemKind.EmptyContent, Path, "an empty array", "at least a user and an assistant message", "Fill it in, or remove the row.");
            return;
        }

        if (!messages.Exists(message => message.Role == Assistant))
        {
            problems.Add(ProblemKind.NoAssistantTurn, Path, Shown.Text("roles " + string.Join(", ", messages.Select(message => message.Role))), "an assistant message at the end", "Add the answer that is to be learned, or remove the row.");
            return;
        }

        var expected = User;
        for (var i = 0; i < messages.Count; i++)
        {
            var role = messages[i].Role;
            if (role == System && i == 0)
            {
                continue;
            }

            if (role != expected)
            {
                problems.Add(ProblemKind.RoleOrder, $"{Path}[{i}].role", role, expected, OrderSuggestion(role, expected));
                return;
            }

            expected = role == User ? Assistant : User;
        }

        if (messages[^1].Role != Assistant)
        {
            problems.Add(ProblemKind.LastTurnNotAssistant, $"{Path}[{messages.Count - 1}].role", messages[^1].Role, Assistant, "Add the answer that is to be learned, or remove the last message.");
        }
    }

    private static string OrderSuggestion(string role, string expected) => role switch
    {
        System => "Move the system message to the front; there may be only one.",
        _ when role != expected && expected == User => "The user speaks first and after every answer: join neighbouring assistant messages, or add the question.",
        _ => "Join neighbouring user messages into one, or add the answer between them.",
    };

    private static string RoleSuggestion(string role) => role.Trim().ToUpperInvariant() switch
    {
        "HUMAN" or "USER" => "Write \"user\".",
        "GPT" or "BOT" or "MODEL" or "AI" or "ASSISTANT" => "Write \"assistant\".",
        "SYSTEM" or "DEVELOPER" => "Write \"system\".",
        _ => "Only these three roles are trained on; remove the message or the row.",
    };
}
