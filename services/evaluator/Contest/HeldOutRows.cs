using System.Text.Json.Nodes;
using LoraMesh.Contracts;
using LoraMesh.Text;

namespace LoraMesh.Evaluator.Contest;

/// <summary>Reads canonical rows and renders their prompts. Rows without a question and an answer, such as plain text, cannot be asked and are left out.</summary>
internal static class HeldOutRows
{
    // An answer this much longer than its reference cannot equal it; generating on would only cost time.
    private const int Slack = 16;

    // The date that templates see: the one that training text is rendered with.
    private static readonly DateTimeOffset RenderedOn = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The rows of a file that can be asked, as many as the settings allow.</summary>
    /// <param name="path">Canonical rows, one JSON object a line.</param>
    /// <param name="set">File name of the regression set; null for the held-out split.</param>
    /// <param name="encoder">The base model's.</param>
    /// <param name="context">Longest sequence of the base model.</param>
    /// <param name="config">How many rows, and how long an answer.</param>
    internal static IEnumerable<HeldOutRow> Read(string path, string? set, ChatEncoder encoder, int context, EvaluationConfig config) =>
        File.ReadLines(path).Select(line => Read(JsonNode.Parse(line)!.AsObject(), set, encoder, context, config)).OfType<HeldOutRow>().Take(config.MaxRows);

    private static HeldOutRow? Read(JsonObject row, string? set, ChatEncoder encoder, int context, EvaluationConfig config)
    {
        var (before, answer) = Parts(row);
        if (answer is null || before.Count == 0 || Content(answer) is not { Length: > 0 } reference)
        {
            return null;
        }

        var question = Content(before.LastOrDefault(message => message["role"]?.GetValue<string>() == "user")) ?? string.Empty;
        var request = new ChatRequest { Messages = new JsonArray([.. before.Select(message => message.DeepClone())]), Tools = row["tools"]?.DeepClone() as JsonArray, Now = RenderedOn };
        var prompt = encoder.EncodePrompt(request);
        return new HeldOutRow(row["id"]!.GetValue<string>(), question, reference, prompt, Longest(encoder, reference, context - prompt.Length, config), set);
    }

    // Where the answer's own text is not what is compared, its length says nothing.
    private static int Longest(ChatEncoder encoder, string reference, int room, EvaluationConfig config)
    {
        var wanted = config.Filter is null && config.Gate.Metric is AnswerMetricNames.ExactMatch or AnswerMetricNames.Loss && config.Metrics is [AnswerMetricNames.ExactMatch]
            ? 2 * encoder.Tokenizer.Encode(reference, addSpecialTokens: false).Count + Slack
            : int.MaxValue;
        return Math.Min(Math.Min(wanted, config.MaxNewTokens), Math.Max(1, room));
    }

    private static (List<JsonObject> Before, JsonObject? Answer) Parts(JsonObject row)
    {
        if (row["messages"] is JsonArray { Count: > 1 } messages)
        {
            List<JsonObject> turns = [.. messages.Select(turn => turn!.AsObject())];
            return (turns[..^1], turns[^1]);
        }

        return row["prompt"] is JsonArray prompt && row["chosen"] is JsonArray { Count: 1 } chosen
            ? ([.. prompt.Select(turn => turn!.AsObject())], chosen[0]!.AsObject())
            : ([], null);
    }

    private static string? Content(JsonObject? message) => message?["content"] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
