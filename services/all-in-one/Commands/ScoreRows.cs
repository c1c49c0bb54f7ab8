using System.Text.Json;
using LoraMesh.CommandLine;
using LoraMesh.Metrics.Answers;
using LoraMesh.Metrics.Choices;
using LoraMesh.Metrics.Likelihoods;
using LoraMesh.Metrics;

namespace LoraMesh.AllInOne.Commands;

/// <summary>Rows of <c>eval score</c>: answers, multiple-choice questions or likelihoods of texts, one kind a file.</summary>
internal sealed class ScoreRows
{
    private const string Forms = """{"prediction", "references"}, {"loglikelihoods", "choices", "gold"} or {"loglikelihood", "text"}""";

    public List<AnswerItem> Answers { get; } = [];

    public List<ChoiceItem> Choices { get; } = [];

    public List<LikelihoodItem> Likelihoods { get; } = [];

    /// <summary>Rows of the file's kind.</summary>
    public int Count => Answers.Count + Choices.Count + Likelihoods.Count;

    /// <summary>Reads a file of one JSON object a line.</summary>
    /// <exception cref="CommandException">The file is missing, or a row is refused; the message says where.</exception>
    public static ScoreRows Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new CommandException(ExitCode.WrongCommand, "no_such_file", $"--in names {path}, which does not exist (looked at {Path.GetFullPath(path)}).");
        }

        var rows = new ScoreRows();
        var line = 0;
        foreach (var text in File.ReadLines(path))
        {
            line++;
            if (string.IsNullOrWhiteSpace(text))
            {
                continue;
            }

            try
            {
                using var row = JsonDocument.Parse(text);
                rows.Add(row.RootElement);
            }
            catch (Exception refused) when (refused is JsonException or MetricException)
            {
                throw new CommandException(ExitCode.RefusedInput, "malformed", $"{path} line {line}: {(refused is JsonException ? "not a JSON object" : refused.Message)}.", refused);
            }
        }

        var kinds = new[] { rows.Answers.Count, rows.Choices.Count, rows.Likelihoods.Count }.Count(count => count > 0);
        return kinds == 1 ? rows : throw new CommandException(ExitCode.RefusedInput, "malformed", kinds == 0 ? $"{path} has no rows; expected {Forms}." : $"{path} mixes kinds of rows; put {Forms} into files of their own.");
    }

    private void Add(JsonElement row)
    {
        if (row.ValueKind != JsonValueKind.Object)
        {
            throw new MetricException($"found {row.ValueKind}, expected {Forms}");
        }

        if (row.TryGetProperty("prediction", out var prediction))
        {
            var references = row.TryGetProperty("references", out var several) || row.TryGetProperty("reference", out several) ? Texts(several, "references") : throw new MetricException("there are no references");
            Answers.Add(new AnswerItem(Text(prediction), references.Count > 0 ? references : throw new MetricException("references is empty; a row needs at least one")));
        }
        else if (row.TryGetProperty("loglikelihoods", out var values))
        {
            Choices.Add(Choice(row, Numbers(values, "loglikelihoods")));
        }
        else if (row.TryGetProperty("loglikelihood", out var value))
        {
            var greedy = row.TryGetProperty("is_greedy", out var flag) ? flag.ValueKind == JsonValueKind.True : (bool?)null;
            Likelihoods.Add(new LikelihoodItem(Number(value, "loglikelihood"), row.TryGetProperty("text", out var text) ? Text(text) : throw new MetricException("there is no text"), greedy));
        }
        else
        {
            throw new MetricException($"found the fields {string.Join(", ", row.EnumerateObject().Select(field => field.Name))}; expected {Forms}");
        }
    }

    private static ChoiceItem Choice(JsonElement row, List<double> values)
    {
        var choices = row.TryGetProperty("choices", out var texts) ? Texts(texts, "choices") : throw new MetricException("there are no choices");
        if (choices.Count != values.Count || values.Count == 0)
        {
            throw new MetricException($"{values.Count} loglikelihoods stand beside {choices.Count} choices; there must be as many, and one at least");
        }

        return new ChoiceItem(values, choices, row.TryGetProperty("gold", out var gold) ? Gold(gold, choices) : throw new MetricException("there is no gold"))
        {
            Unconditional = row.TryGetProperty("unconditional_loglikelihoods", out var alone) ? AsMany(Numbers(alone, "unconditional_loglikelihoods"), choices) : null,
            IsGreedy = row.TryGetProperty("is_greedy", out var greedy) && greedy.ValueKind == JsonValueKind.Array ? AsMany([.. greedy.EnumerateArray().Select(flag => flag.ValueKind == JsonValueKind.True)], choices) : null,
        };
    }

    private static List<T> AsMany<T>(List<T> values, List<string> choices) =>
        values.Count == choices.Count ? values : throw new MetricException($"a list of {values.Count} stands beside {choices.Count} choices");

    // The number of a choice, its text, or a list of those.
    private static int[] Gold(JsonElement gold, List<string> choices) => gold.ValueKind switch
    {
        JsonValueKind.Number when gold.TryGetInt32(out var number) => [number],
        JsonValueKind.String => [choices.IndexOf(gold.GetString()!)],
        JsonValueKind.Array => [.. gold.EnumerateArray().SelectMany(one => Gold(one, choices))],
        _ => throw new MetricException($"gold is {gold.GetRawText()}; expected the number of a choice, its text, or a list of those"),
    };

    private static List<double> Numbers(JsonElement list, string name) => list.ValueKind == JsonValueKind.Array
        ? [.. list.EnumerateArray().Select(value => Number(value, name))]
        : throw new MetricException($"{name} is {list.ValueKind}, expected a list of numbers");

    private static double Number(JsonElement value, string name) => value.ValueKind == JsonValueKind.Number ? value.GetDouble() : throw new MetricException($"{name} has {value.GetRawText()}, expected a number");

    private static List<string> Texts(JsonElement value, string name) => value.ValueKind switch
    {
        JsonValueKind.Array => [.. value.EnumerateArray().Select(Text)],
        JsonValueKind.Null => throw new MetricException($"{name} is null"),
        _ => [Text(value)],
    };

    // Numbers and objects count as they are written.
    private static string Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
}
