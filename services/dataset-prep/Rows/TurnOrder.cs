using LoraMesh.DatasetPrep.Problems;

namespace LoraMesh.DatasetPrep.Rows;

/// <summary>Checks that messages follow each other as they must, and puts them right where the project wants that.</summary>
internal static class TurnOrder
{
    /// <summary>The messages in order, or null.</summary>
    public static List<Turn>? Mend(List<Turn> messages, string path, RowProblems problems)
    {
        var ordered = new List<Turn>(messages.Count);
        for (var i = 0; i < messages.Count; i++)
        {
            Add(ordered, messages[i], $"{path}[{i}].role", problems);
            if (problems.IsFatal)
            {
                return null;
            }
        }

        if (ordered[^1].Role != Roles.Assistant)
        {
            var policy = problems.Add(ProblemKind.LastTurnNotAssistant, $"{path}[{messages.Count - 1}].role", ordered[^1].Role, Roles.Assistant, "Add the answer that is to be learned, or remove the last message.");
            if (policy != ProblemPolicy.Repair)
            {
                return null;
            }

            var kept = ordered.FindLastIndex(turn => turn.Role == Roles.Assistant) + 1;
            ordered.RemoveRange(kept, ordered.Count - kept);
        }

        return ordered;
    }

    private static void Add(List<Turn> ordered, Turn turn, string place, RowProblems problems)
    {
        var before = ordered.Count == 0 ? null : ordered[^1];
        if (turn.Role == Roles.System)
        {
            if (before is null)
            {
                ordered.Add(turn);
            }
            else if (problems.Add(ProblemKind.SystemNotFirst, place, turn.Role, Expected(before), "Move the system message to the front; there may be only one.") == ProblemPolicy.Repair)
            {
                ordered.Insert(0, turn);
                Join(ordered, 0);
            }
        }
        else if (turn.Role == before?.Role && turn.Role != Roles.Tool && before.ToolCalls.Count == 0)
        {
            if (problems.Add(ProblemKind.ConsecutiveTurns, place, turn.Role, Expected(before), Suggestion(turn.Role)) == ProblemPolicy.Repair)
            {
                ordered.Add(turn);
                Join(ordered, ordered.Count - 2);
            }
        }
        else if (turn.Role == Roles.User && before?.Role == Roles.Tool)
        {
            problems.Add(ProblemKind.RoleOrder, place, turn.Role, Roles.Assistant, "Add what the assistant answers to the tool's result.");
        }
        else if (turn.Role == Roles.Assistant && (before is null || before.Role == Roles.System))
        {
            problems.Add(ProblemKind.RoleOrder, place, turn.Role, Roles.User, "The user speaks first: add the question, or remove the greeting.");
        }
        else
        {
            ordered.Add(turn);
        }
    }

    private static string Expected(Turn before) => before.Role == Roles.User ? Roles.Assistant : before.Role == Roles.Assistant ? Roles.User : "user or assistant";

    private static string Suggestion(string role) => role == Roles.User
        ? "Join neighbouring user messages into one, or add the answer between them."
        : "The user speaks after every answer: join neighbouring assistant messages, or add the question.";

    // Two messages of one role become one of two paragraphs; two system messages likewise.
    private static void Join(List<Turn> turns, int first)
    {
        if (first + 1 < turns.Count && turns[first].Role == turns[first + 1].Role)
        {
            var (one, two) = (turns[first], turns[first + 1]);
            var text = one.Content.Length == 0 || two.Content.Length == 0 ? one.Content + two.Content : $"{one.Content}\n\n{two.Content}";
            turns[first] = one with { Content = text, ToolCalls = [.. one.ToolCalls, .. two.ToolCalls] };
            turns.RemoveAt(first + 1);
        }
    }
}
