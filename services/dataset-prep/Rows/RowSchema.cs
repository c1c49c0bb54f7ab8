using System.Text.Json;
using LoraMesh.DatasetPrep.Problems;

namespace LoraMesh.DatasetPrep.Rows;

/// <summary>Recognises by its field names what a row is, and reads it. Fields that no schema names are left out.</summary>
internal sealed class RowSchema(RowFields fields, IReadOnlyList<string> markers)
{
    private const string Expected = "messages, conversations, instruction + output, prompt + completion, question + answer, prompt + chosen + rejected, text, or input_ids";

    private readonly TemplateMarks _marks = new(markers);

    private static readonly Pair[] Pairs =
    [
        new("alpaca", RowFields.Instruction, RowFields.Output, RowFields.Input),
        new("alpaca", RowFields.Instruction, RowFields.Response, RowFields.Context),
        new("prompt_completion", RowFields.Prompt, RowFields.Completion, null),
        new("prompt_completion", RowFields.Prompt, RowFields.Response, null),
        new("question_answer", RowFields.Question, RowFields.Answer, null),
    ];

    private static readonly (string Field, string Schema)[] Conversations =
        [(RowFields.Messages, "messages"), (RowFields.Conversations, "sharegpt"), (RowFields.Conversation, "sharegpt")];

    /// <summary>The content, or null when <paramref name="problems"/> has been told why there is none.</summary>
    public RowContent? Read(JsonElement row, RowProblems problems)
    {
        var view = new RowView(row, fields, problems);
        var content = ReadSchema(view);
        if (content is null || problems.IsFatal)
        {
            return null;
        }

        CheckLanguage(content, problems);
        return new TextChecks(problems, _marks).Check(content);
    }

    private void CheckLanguage(RowContent row, RowProblems problems)
    {
        if (fields.Languages.Count == 0)
        {
            return;
        }

        // What a system message or a tool says is often in another language than the row.
        var spoken = row.Turns.Concat(row.Chosen).Where(turn => turn.Role is Roles.User or Roles.Assistant).Select(turn => turn.Content);
        if (LanguageGuess.Of(string.Join('\n', spoken.Append(row.Text))) is { } language && !fields.Languages.Contains(language, StringComparer.Ordinal))
        {
            problems.Add(ProblemKind.WrongLanguage, string.Empty, language, string.Join(" or ", fields.Languages) + " (prep.languages)", "Remove the row, translate it, or add its language to prep.languages.");
        }
    }

    private static RowContent? ReadSchema(RowView row)
    {
        foreach (var (field, schema) in Conversations)
        {
            if (row.Has(field))
            {
                return ReadMessages(row, field, schema);
            }
        }

        if (row.Has(RowFields.Chosen) || row.Has(RowFields.Rejected))
        {
            return Preference.Read(row);
        }

        if (row.Has(RowFields.InputIds))
        {
            return TokenizedRow.Read(row);
        }

        // A row with all fields of one schema is that, even if it has some fields of another.
        if (Array.Find(Pairs, each => row.Has(each.Question) && row.Has(each.Answer)) is { } whole)
        {
            return ReadPair(row, whole);
        }

        if (row.Has(RowFields.Text))
        {
            return row.Text(RowFields.Text) is { } text ? new RowContent { Kind = RowKind.Text, Schema = "text", Text = text } : null;
        }

        if (Array.Find(Pairs, each => row.Has(each.Question) || row.Has(each.Answer)) is { } part)
        {
            return ReadPair(row, part);
        }

        row.Problems.Add(ProblemKind.UnknownSchema, string.Empty, Shown.Fields(row.Element), Expected, "Rename the fields, or say in project.yaml under prep.columns which field is what; field names are lower case.");
        return null;
    }

    private static RowContent? ReadMessages(RowView row, string field, string schema)
    {
        row.TryGet(field, out var messages, out var path);
        var turns = Conversation.ReadTurns(messages, path, row.Problems);
        var tools = Tools(row);
        if (turns is null || row.Problems.IsFatal)
        {
            return null;
        }

        if (Conversation.InOrder(turns, path, row.Problems) is not { } ordered)
        {
            return null;
        }

        if (tools is not null)
        {
            ToolCalls.CheckNames(ordered, tools.Names, path, row.Problems);
            ToolArguments.Check(ordered, tools, path, row.Problems);
        }

        // Only now, so that places are told as the row has them.
        if (row.Optional(RowFields.System) is { Length: > 0 } system && !turns.Exists(turn => turn.Role == Roles.System))
        {
            ordered = [new Turn { Role = Roles.System, Content = system }, .. ordered];
        }

        return new RowContent { Kind = RowKind.Conversation, Schema = schema, Turns = ordered, Tools = tools?.Json };
    }

    private static ToolList? Tools(RowView row)
    {
        foreach (var field in (ReadOnlySpan<string>)[RowFields.Tools, RowFields.Functions])
        {
            if (row.TryGet(field, out var tools, out var path) && !IsNothing(tools))
            {
                return ToolList.Read(tools, path, row.Problems) is { Names.Count: > 0 } list ? list : null;
            }
        }

        return null;
    }

    private static bool IsNothing(JsonElement value) =>
        value.ValueKind == JsonValueKind.Null || (value.ValueKind == JsonValueKind.String && string.IsNullOrWhiteSpace(value.GetString()));

    private static RowContent? ReadPair(RowView row, Pair pair)
    {
        // Both sides may be lists of messages, as TRL takes them.
        if (row.IsList(pair.Question) && row.IsList(pair.Answer))
        {
            row.TryGet(pair.Question, out var asked, out var path);
            row.TryGet(pair.Answer, out var told, out var toldPath);
            return Conversation.ReadTurns(asked, path, row.Problems) is { } question && Conversation.ReadTurns(told, toldPath, row.Problems) is { } reply
                && Conversation.InOrder([.. question, .. reply], path, row.Problems) is { } ordered
                ? new RowContent { Kind = RowKind.Conversation, Schema = pair.Name, Turns = ordered, Tools = Tools(row)?.Json }
                : null;
        }

        var text = row.Text(pair.Question);
        var context = pair.Context is null ? string.Empty : row.Optional(pair.Context);
        var answer = row.Text(pair.Answer);
        var before = Before(row);
        if (text is null || answer is null || context is null || before is null)
        {
            return null;
        }

        return new RowContent
        {
            Kind = RowKind.Conversation,
            Schema = pair.Name,
            Turns =
            [
                .. before,
                new Turn { Role = Roles.User, Content = string.IsNullOrWhiteSpace(context) ? text : $"{text}\n\n{context}" },
                new Turn { Role = Roles.Assistant, Content = answer },
            ],
        };
    }

    /// <summary>What goes before a question: the system's message and the pairs of <c>history</c>.</summary>
    internal static List<Turn>? Before(RowView row)
    {
        var turns = new List<Turn>();
        if (row.Optional(RowFields.System) is not { } system)
        {
            return null;
        }

        if (!string.IsNullOrWhiteSpace(system))
        {
            turns.Add(new Turn { Role = Roles.System, Content = system });
        }

        if (!row.TryGet(RowFields.History, out var history, out var path) || IsNothing(history))
        {
            return turns;
        }

        if (Fields.Json(history, path, "an array of pairs", row.Problems) is not { } pairs)
        {
            return null;
        }

        var number = 0;
        foreach (var pair in pairs.ValueKind == JsonValueKind.Array ? pairs.EnumerateArray() : [])
        {
            var place = $"{path}[{number++}]";
            if (pair.ValueKind != JsonValueKind.Array || pair.GetArrayLength() != 2)
            {
                row.Problems.Add(ProblemKind.WrongType, place, Shown.Value(pair), "a question and its answer: [\"…\", \"…\"]", "Write every earlier exchange as an array of two texts.");
                return null;
            }

            if (Fields.Text(pair[0], place + "[0]", row.Problems) is not { } question || Fields.Text(pair[1], place + "[1]", row.Problems) is not { } answer)
            {
                return null;
            }

            turns.Add(new Turn { Role = Roles.User, Content = question });
            turns.Add(new Turn { Role = Roles.Assistant, Content = answer });
        }

        if (pairs.ValueKind != JsonValueKind.Array)
        {
            row.Problems.Add(ProblemKind.WrongType, path, Shown.Value(pairs), "an array of pairs", "Write \"history\" as [[\"question\", \"answer\"], …].");
            return null;
        }

        return turns;
    }

    private sealed record Pair(string Name, string Question, string Answer, string? Context);
}
