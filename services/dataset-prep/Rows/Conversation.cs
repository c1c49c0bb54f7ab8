using System.Text.Json;
using LoraMesh.DatasetPrep.Problems;

namespace LoraMesh.DatasetPrep.Rows;

/// <summary>Reads a list of messages: a system message or none, then user and assistant in turns, with calls of tools and their results between.</summary>
internal static class Conversation
{
    /// <summary>The messages as they stand, or null when <paramref name="problems"/> has been told why there are none.</summary>
    /// <param name="messages">An array of messages, or a text that holds one.</param>
    /// <param name="path">Where it stands.</param>
    /// <param name="problems">Gathers problems.</param>
    public static List<Turn>? ReadTurns(JsonElement messages, string path, RowProblems problems)
    {
        if (Fields.Json(messages, path, "an array of messages", problems) is not { } array)
        {
            return null;
        }

        if (array.ValueKind != JsonValueKind.Array)
        {
            problems.Add(array.ValueKind == JsonValueKind.Null ? ProblemKind.NullValue : ProblemKind.WrongType, path, Shown.Value(array), "an array of messages", "Write it as [{\"role\": \"user\", \"content\": \"…\"}, {\"role\": \"assistant\", \"content\": \"…\"}].");
            return null;
        }

        var read = new List<Turn>(array.GetArrayLength());
        var number = 0;
        foreach (var message in array.EnumerateArray())
        {
            var place = $"{path}[{number++}]";
            // A row with a problem is not used; reading on finds the others.
            if (MessageReader.Read(message, place, problems) is { } whole)
            {
                read.Add(whole);
            }
        }

        return problems.IsFatal ? null : read;
    }

    /// <summary>The messages in an order that can be trained on, or null.</summary>
    /// <param name="messages">As <see cref="ReadTurns"/> gives them.</param>
    /// <param name="path">Where they stand.</param>
    /// <param name="problems">Gathers problems.</param>
    public static IReadOnlyList<Turn>? InOrder(List<Turn> messages, string path, RowProblems problems)
    {
        if (messages.Count == 0)
        {
            problems.Add(ProblemKind.EmptyConversation, path, "an empty array", "at least a user and an assistant message", "Fill it in, or remove the row.");
            return null;
        }

        if (!messages.Exists(message => message.Role == Roles.Assistant))
        {
            problems.Add(ProblemKind.NoAssistantTurn, path, Shown.Text("roles " + string.Join(", ", messages.Select(message => message.Role))), "an assistant message at the end", "Add the answer that is to be learned, or remove the row.");
            return null;
        }

        var ordered = TurnOrder.Mend(messages, path, problems);
        if (ordered is not null)
        {
            ToolCalls.Check(ordered, path, problems);
        }

        return problems.IsFatal ? null : ordered;
    }
}
