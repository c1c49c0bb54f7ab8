using System.Text.Json;
using LoraMesh.DatasetPrep.Problems;


namespace LoraMesh.DatasetPrep.Rows;

/// <summary>Recognises by its field names what a row is, and reads it as a conversation. Fields that no schema names are left out.</summary>
internal static class RowSchema
{
    private const string Expected = "messages, or instruction + output, prompt + completion, question + answer";

    private static readonly Schema[] PairSchemas =
    [
        new("instruction", "output", "input"),
        new("prompt", "completion", null),
        new("question", "answer", null),
    ];

    /// <summary>The conversation, or null when <paramref name="problems"/> has been told why there is none.</summary>
    public static RowContent? Read(JsonElement row, RowProblems problems)
    {
        if (row.TryGetProperty("messages", out var messages))
        {
            return Conversation.Read(messages, problems) is { } turns ? new RowContent { Kind = RowKind.Conversation, Turns = turns } : null;
        }

        // A row with all fields of one schema is that, even if it has some fields of another.
        var schema = Array.Find(PairSchemas, each => each.HasBoth(row)) ?? Array.Find(PairSchemas, each => each.HasAny(row));
        if (schema is null)
        {
            problems.Add(ProblemKind.UnknownSchema, string.Empty, Shown.Fields(row), Expected, Suggestion(row));
            return null;
        }

        var question = Fields.Text(row, string.Empty, schema.Question, problems);
        var context = schema.Context is null ? string.Empty : Fields.OptionalText(row, string.Empty, schema.Context, problems);
        var answer = Fields.Text(row, string.Empty, schema.Answer, problems);
        return question is null || answer is null || context is null
            ? null
            : new RowContent
            {
                Kind = RowKind.Conversation,
                Turns =
                [
                    new Turn { Role = "user", Content = string.IsNullOrWhiteSpace(context) ? question : $"{question}\n\n{context}" },
                    new Turn { Role = "assistant", Content = answer },
                ],
            };
    }

    private static string Suggestion(JsonElement row)
    {
        if (row.TryGetProperty("conversations", out _) || row.TryGetProperty("conversation", out _))
        {
            return "Rename it to \"messages\", and in each message \"from\" to \"role\" (human: user, gpt: assistant) and \"value\" to \"content\".";
        }

        if (row.TryGetProperty("text", out _))
        {
            return "Plain text has no question and answer to learn from: split it into \"prompt\" and \"completion\".";
        }

        return "Rename the fields to one of these pairs; field names are lower case.";
    }

    private sealed record Schema(string Question, string Answer, string? Context)
    {
        public bool HasBoth(JsonElement row) => row.TryGetProperty(Question, out _) && row.TryGetProperty(Answer, out _);

        public bool HasAny(JsonElement row) => row.TryGetProperty(Question, out _) || row.TryGetProperty(Answer, out _);
    }
}
