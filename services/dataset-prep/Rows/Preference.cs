using LoraMesh.DatasetPrep.Problems;

namespace LoraMesh.DatasetPrep.Rows;

/// <summary>Reads a prompt with a better and a worse answer. Answers may be texts, or lists of messages that may begin with the prompt.</summary>
internal static class Preference
{
    private const string Name = "preference";

    /// <summary>The pair, or null when the row's problems have been told why there is none.</summary>
    public static RowContent? Read(RowView row)
    {
        var chosen = Side(row, RowFields.Chosen);
        var rejected = Side(row, RowFields.Rejected);
        var prompt = Prompt(row);
        if (chosen is null || rejected is null || prompt is null)
        {
            return null;
        }

        // What both sides begin with is the prompt.
        var shared = Shared(chosen, rejected);
        var (before, better, worse) = (chosen[..shared], chosen[shared..], rejected[shared..]);
        row.TryGet(RowFields.Rejected, out _, out var place);
        if (better.Count == 0 || worse.Count == 0 || (better is [var one] && worse is [var other] && Same(one, other)))
        {
            row.Problems.Add(ProblemKind.ChosenEqualsRejected, place, Shown.Text($"\"{(worse.Count > 0 ? worse : rejected)[^1].Content}\""), "another answer than chosen", "Remove the row: nothing can be learned from it.");
            return null;
        }

        if (better[0].Role != Roles.Assistant || worse[0].Role != Roles.Assistant)
        {
            row.Problems.Add(ProblemKind.PairPromptsDiffer, place, Shown.Text($"\"{worse[0].Content}\""), Shown.Text($"as in chosen: \"{better[0].Content}\""), "Both answers must belong to the same prompt.");
            return null;
        }

        var turns = before.Count > 0 ? before : prompt;
        if (turns.Count == 0)
        {
            row.TryGet(RowFields.Prompt, out _, out var asked);
            Fields.Missing(row.Element, asked, RowFields.Prompt, row.Problems);
            return null;
        }

        if (RowSchema.Before(row) is not { } system)
        {
            return null;
        }

        turns = turns[0].Role == Roles.System ? turns : [.. system, .. turns];
        return turns[^1].Role == Roles.User || turns[^1].Role == Roles.Tool
            ? new RowContent { Kind = RowKind.Preference, Schema = Name, Turns = turns, Chosen = better, Rejected = worse }
            : Refuse(row, turns);
    }

    private static RowContent? Refuse(RowView row, List<Turn> turns)
    {
        row.TryGet(RowFields.Prompt, out _, out var path);
        row.Problems.Add(ProblemKind.RoleOrder, path, turns[^1].Role, "a prompt that ends with the user's message", "Add the question that both answers belong to.");
        return null;
    }

    private static List<Turn>? Side(RowView row, string field)
    {
        if (row.IsList(field))
        {
            row.TryGet(field, out var messages, out var path);
            var turns = Conversation.ReadTurns(messages, path, row.Problems);
            if (turns is { Count: 0 })
            {
                row.Problems.Add(ProblemKind.EmptyConversation, path, "an empty array", "an assistant's message", "Fill it in, or remove the row.");
                return null;
            }

            if (turns is not null && turns[^1].Role != Roles.Assistant)
            {
                row.Problems.Add(ProblemKind.LastTurnNotAssistant, $"{path}[{turns.Count - 1}].role", turns[^1].Role, Roles.Assistant, "End both sides with the assistant's answer.");
                return null;
            }

            return turns;
        }

        return row.Text(field) is { } answer ? [new Turn { Role = Roles.Assistant, Content = answer }] : null;
    }

    // Also from the fields by which other schemas name the question.
    private static List<Turn>? Prompt(RowView row)
    {
        if (row.IsList(RowFields.Prompt))
        {
            row.TryGet(RowFields.Prompt, out var messages, out var path);
            return Conversation.ReadTurns(messages, path, row.Problems);
        }

        foreach (var field in (ReadOnlySpan<string>)[RowFields.Prompt, RowFields.Question, RowFields.Instruction])
        {
            if (row.Has(field))
            {
                var input = field == RowFields.Instruction ? row.Optional(RowFields.Input) : string.Empty;
                return row.Text(field) is { } text && input is not null ? [new Turn { Role = Roles.User, Content = input.Length == 0 ? text : $"{text}\n\n{input}" }] : null;
            }
        }

        return [];
    }

    private static int Shared(List<Turn> chosen, List<Turn> rejected)
    {
        var shared = 0;
        while (shared < Math.Min(chosen.Count, rejected.Count) && Same(chosen[shared], rejected[shared]) && (chosen.Count > 1 || rejected.Count > 1))
        {
            shared++;
        }

        return shared;
    }

    // White space around a text makes it no other one.
    private static bool Same(Turn one, Turn other) =>
        one.Role == other.Role && one.Content.AsSpan().Trim().SequenceEqual(other.Content.AsSpan().Trim()) && one.ToolCalls.SequenceEqual(other.ToolCalls);
}
