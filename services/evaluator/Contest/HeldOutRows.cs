using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.Text;

namespace LoraMesh.Evaluator.Contest;

/// <summary>Reads the canonical rows of the held-out split and renders their prompts.</summary>
internal static class HeldOutRows
{
    // An answer this much longer than its reference cannot equal it; generating on would only cost time.
    private const int Slack = 16;

    internal static IReadOnlyList<HeldOutRow> Read(string path, ChatEncoder encoder, int context, EvaluationConfig config)
    {
        var rows = new List<HeldOutRow>();
        foreach (var line in File.ReadLines(path).Take(config.MaxRows))
        {
            using var json = JsonDocument.Parse(line);
            var messages = json.RootElement.GetProperty("messages").EnumerateArray()
                .Select(message => new ChatMessage { Role = message.GetProperty("role").GetString()!, Content = message.GetProperty("content").GetString()! })
                .ToList();
            var reference = messages[^1].Content;
            var question = messages.LastOrDefault(message => message.Role == "user")?.Content ?? string.Empty;
            var prompt = encoder.EncodePrompt(messages[..^1]);
            var longest = 2 * encoder.Tokenizer.Encode(reference, addSpecialTokens: false).Count + Slack;
            var room = Math.Max(1, context - prompt.Length);
            rows.Add(new HeldOutRow(json.RootElement.GetProperty("id").GetString()!, question, reference, prompt, Math.Min(Math.Min(longest, config.MaxNewTokens), room)));
        }

        return rows;
    }
}
