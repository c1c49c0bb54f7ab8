using System.Buffers;
using LoraMesh.DatasetPrep.Problems;

namespace LoraMesh.DatasetPrep.Rows;

/// <summary>Looks at what a row says for what people do not mean to train on: damaged characters, markup, texts that stand for missing ones.</summary>
internal sealed class TextChecks(RowProblems problems, TemplateMarks marks)
{
    private static readonly string[] Placeholders =
    [
        "nan", "null", "none", "undefined", "n/a", "#n/a", "na", "nil", "todo", "tbd", "fixme", "xxx", "[object object]", "#value!", "#ref!", "#name?", "#div/0!",
        "lorem ipsum", "placeholder", "<null>", "\\n", "...", "…", "-", "?", "[deleted]", "[removed]", "insert text here", "[insert answer here]", "string",
    ];

    // What no question is either.
    private static readonly SearchValues<string> Missing = SearchValues.Create(
        ["nan", "null", "undefined", "n/a", "#n/a", "todo", "tbd", "fixme", "[object object]", "#value!", "#ref!", "#name?", "#div/0!", "lorem ipsum", "<null>"], StringComparison.OrdinalIgnoreCase);

    /// <summary>The row, mended where the project wants that.</summary>
    public RowContent Check(RowContent row)
    {
        switch (row.Kind)
        {
            case RowKind.Tokens:
                return row;
            case RowKind.Text:
                return row with { Text = Check(row.Text, "$.text", isAnswer: false) };
            case RowKind.Preference:
                return row with
                {
                    Turns = Check(row.Turns, "$.prompt"),
                    Chosen = Check(row.Chosen, "$.chosen"),
                    Rejected = Check(row.Rejected, "$.rejected"),
                };
            default:
                var turns = Check(row.Turns, null, row.Schema);
                if (turns.Count >= 2 && turns[^1].Content.Length > 0 && turns[^1].Content == turns[^2].Content)
                {
                    problems.Add(ProblemKind.AnswerRepeatsQuestion, Place(row.Schema, turns, turns.Count - 1), Shown.Text($"\"{turns[^1].Content}\""), "an answer other than the question", "Check the export: both may have been filled from one column.");
                }

                return row with { Turns = turns };
        }
    }

    private IReadOnlyList<Turn> Check(IReadOnlyList<Turn> turns, string? path, string schema = "")
    {
        List<Turn>? changed = null;
        for (var i = 0; i < turns.Count; i++)
        {
            var text = Check(turns[i].Content, path ?? Place(schema, turns, i), turns[i].Role == Roles.Assistant);
            if (!ReferenceEquals(text, turns[i].Content))
            {
                changed ??= [.. turns];
                changed[i] = turns[i] with { Content = text };
            }
        }

        return changed ?? turns;
    }

    // Where a message's text stood in its row.
    private static string Place(string schema, IReadOnlyList<Turn> turns, int index) => schema switch
    {
        "messages" => $"$.messages[{index}].content",
        "sharegpt" => $"$.conversations[{index}].value",
        "alpaca" => turns[index].Role == Roles.Assistant ? "$.output" : turns[index].Role == Roles.System ? "$.system" : "$.instruction",
        "prompt_completion" => turns[index].Role == Roles.Assistant ? "$.completion" : turns[index].Role == Roles.System ? "$.system" : "$.prompt",
        _ => turns[index].Role == Roles.Assistant ? "$.answer" : turns[index].Role == Roles.System ? "$.system" : "$.question",
    };

    private string Check(string text, string path, bool isAnswer)
    {
        if (text.AsSpan().IndexOfAny(SuspiciousText.Characters) >= 0)
        {
            text = SuspiciousText.Check(text, path, problems);
        }

        if (text.Length <= 24 && (isAnswer ? Placeholders.Contains(text.Trim(), StringComparer.OrdinalIgnoreCase) : Missing.Contains(text.Trim())))
        {
            problems.Add(ProblemKind.PlaceholderText, path, Shown.Text($"\"{text}\""), "what is to be learned", "It stands for a missing text: fill it in, or remove the row.");
        }

        if (text.Length > 0 && (char.IsWhiteSpace(text[0]) || char.IsWhiteSpace(text[^1])) && problems.PolicyOf(ProblemKind.SurroundingSpace) != ProblemPolicy.Ignore
            && problems.Add(ProblemKind.SurroundingSpace, path, Shown.Text($"\"{text}\""), "text without white space around it", "Trim it.") == ProblemPolicy.Repair)
        {
            text = text.Trim();
        }

        if (text.Length >= Repetition.ShortestText && Repetition.Find(text) is { } repeated)
        {
            problems.Add(ProblemKind.RepetitiveText, path, Shown.Text(repeated), "text that goes on", "Cut the repetition: it may come from a model that got stuck.");
        }

        if (marks.Find(text) is { } mark)
        {
            problems.Add(ProblemKind.SpecialTokenInText, path, Shown.Text(mark), "text without the marks of a chat template", "Remove it: a model takes it for the end or the beginning of a turn. Text that was rendered already must be taken apart into messages.");
        }

        if (Boilerplate.Find(text) is { } phrases)
        {
            problems.Add(ProblemKind.Boilerplate, path, Shown.Text(phrases), "the text alone", "Cut away what the website writes around its texts.");
        }

        return text;
    }
}
