using System.Text.Json.Nodes;

namespace LoraMesh.Text;

// Finds what the assistant said in a conversation whose template does not mark it. The text up to a message, with the
// opening of an assistant turn, is where the message begins; the text with the message is where it ends. Both must be
// the beginning of the whole text: a template that writes a turn otherwise once others follow cannot be cut this way.
internal sealed class AssistantSpanFinder(ChatTemplate template, ChatRequest request)
{
    private const int ShownChars = 40;

    public IReadOnlyList<TextSpan> Find(string text, bool onlyLastTurn)
    {
        var messages = request.Messages;
        var turns = Enumerable.Range(0, messages.Count).Where(i => Role(messages[i]) == "assistant").ToArray();
        var spans = new List<TextSpan>();
        foreach (var turn in onlyLastTurn ? turns.TakeLast(1) : turns)
        {
            var start = LengthUpTo(text, turn, openTurn: true);
            var isLast = turn == messages.Count - 1 && !request.AddGenerationPrompt;
            var end = isLast ? text.Length : LengthUpTo(text, turn + 1, openTurn: false);
            spans.Add(end > start ? new TextSpan(start, end) : throw new AssistantSpanException(
                $"Message {turn}: the chat template writes no text for this assistant message beyond the opening of its turn."));
        }

        return spans;
    }

    private static string? Role(JsonNode? message) =>
        message is JsonObject members && members["role"] is JsonValue role && role.TryGetValue<string>(out var name) ? name : null;

    private int LengthUpTo(string text, int count, bool openTurn)
    {
        var head = new JsonArray([.. request.Messages.Take(count).Select(m => m?.DeepClone())]);
        var part = Render(request with { Messages = head, AddGenerationPrompt = openTurn, ContinueFinalMessage = false }, count);
        var common = part.AsSpan().CommonPrefixLength(text);
        return common == part.Length ? common : throw new AssistantSpanException(
            $"The chat template writes the first {count} messages{(openTurn ? " and the opening of the assistant's turn" : "")} differently when the rest follows: "
            + $"at character {common} it has {Show(part, common)} alone and {Show(text, common)} in the whole conversation. "
            + "Mark what the assistant says with generation blocks in the template, train on the last turn only, or use conversations that the template writes in one piece.");
    }

    private string Render(ChatRequest part, int count)
    {
        try
        {
            return template.Render(part).Text;
        }
        catch (ChatTemplateException e)
        {
            throw new AssistantSpanException(
                $"The chat template refuses the first {count} messages alone, so that what the assistant said after them cannot be told from the rest. {e.Message}");
        }
    }

    private static string Show(string text, int at) =>
        at == text.Length ? "the end" : $"'{text[at..Math.Min(text.Length, at + ShownChars)].Replace("\n", "\\n", StringComparison.Ordinal)}'";
}
