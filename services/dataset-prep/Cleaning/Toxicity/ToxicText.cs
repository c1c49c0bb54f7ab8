using System.Globalization;
using System.Text;
using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Pipeline;
using LoraMesh.DatasetPrep.Problems;
using LoraMesh.DatasetPrep.Rows;

namespace LoraMesh.DatasetPrep.Cleaning.Toxicity;

/// <summary>Asks the operator's classifier about every row that has a text, some at a time.</summary>
/// <param name="settings">Which classifier.</param>
/// <param name="config">From which score on a row is toxic.</param>
/// <param name="policies">What is done about such a row.</param>
/// <param name="problems">Is told of each.</param>
internal sealed class ToxicText(ToxicitySettings settings, PrepConfig config, ProblemPolicies policies, ProblemLog problems) : IRowPass
{
    /// <summary>Most texts of one request.</summary>
    public const int MaxTexts = 32;

    /// <summary>Most characters of a row that are looked at.</summary>
    public const int MaxChars = 32 * 1024;

    private const int MaxRequestChars = 256 * 1024;

    public string Name => "toxicity";

    public void Run(RowStore rows, RowMarks marks, CancellationToken cancellationToken)
    {
        using var hook = ToxicityHook.Open(settings);
        var (waiting, chars) = (new List<(long Number, int File, int Line, string Text)>(), 0);
        foreach (var row in rows.Read(cancellationToken).Where(row => marks.IsKept(row.Number) && row.Kind != RowKind.Tokens))
        {
            var text = Text(row);
            if (waiting.Count == MaxTexts || chars + text.Length > MaxRequestChars)
            {
                Judge(hook, waiting, rows.Files, marks, cancellationToken);
                (waiting, chars) = ([], 0);
            }

            waiting.Add((row.Number, row.File, row.Line, text));
            chars += text.Length;
        }

        if (waiting.Count > 0)
        {
            Judge(hook, waiting, rows.Files, marks, cancellationToken);
        }
    }

    private void Judge(ToxicityHook hook, List<(long Number, int File, int Line, string Text)> rows, IReadOnlyList<string> files, RowMarks marks, CancellationToken cancellationToken)
    {
        var scores = hook.Score([.. rows.Select(row => row.Text)], cancellationToken);
        for (var i = 0; i < scores.Count; i++)
        {
            if (scores[i] < config.ToxicityThreshold)
            {
                continue;
            }

            var told = new RowProblems(files[rows[i].File], rows[i].Line, policies);
            var policy = told.Add(
                ProblemKind.ToxicText,
                string.Empty,
                string.Create(CultureInfo.InvariantCulture, $"a score of {scores[i]:0.00} by {settings.Name}"),
                string.Create(CultureInfo.InvariantCulture, $"less than {config.ToxicityThreshold} (prep.toxicity_threshold)"),
                "Read it; prep.policies.toxic_text says what is done about such rows.");
            problems.Add(told.All[0]);
            if (policy is ProblemPolicy.Drop or ProblemPolicy.Refuse)
            {
                marks.Drop(rows[i].Number, ProblemKind.ToxicText);
            }
        }
    }

    // All that is said in the row, one message after the other.
    private static string Text(StoredRow row)
    {
        using var document = JsonDocument.Parse((byte[])[(byte)'{', .. row.Body.Span, (byte)'}'], new JsonDocumentOptions { MaxDepth = RowParser.MaxDepth + 8 });
        var text = new StringBuilder();
        foreach (var member in document.RootElement.EnumerateObject())
        {
            if (member.NameEquals("text"))
            {
                text.Append(member.Value.GetString());
            }
            else if (member.Name is "messages" or "prompt" or "chosen" or "rejected")
            {
                foreach (var message in member.Value.EnumerateArray().Where(message => text.Length < MaxChars))
                {
                    text.Append(text.Length > 0 ? "\n" : string.Empty).Append(message.GetProperty("content").GetString());
                }
            }
        }

        var cut = Math.Min(text.Length, MaxChars);
        return text.ToString(0, cut > 0 && char.IsHighSurrogate(text[cut - 1]) ? cut - 1 : cut);
    }
}
