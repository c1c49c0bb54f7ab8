using System.Text.Json.Nodes;

namespace LoraMesh.Text;

// Leaves the last message open, as transformers does it: a tag is put at its end, and the text is cut where the tag
// comes out. Where the template rewrites the message, nobody can say what going on with it would mean.
internal static class FinalMessage
{
    private const string Tag = "CONTINUE_FINAL_MESSAGE_TAG ";

    /// <summary>The messages with the tag at the end of the last one, and that one's text.</summary>
    public static (JsonArray Messages, string Text) Mark(ChatRequest request)
    {
        if (request.AddGenerationPrompt)
        {
            throw new ChatTemplateException(0, "continue_final_message and add_generation_prompt exclude each other: the first leaves the last message open, the second begins a new one");
        }

        try
        {
            return Tagged(request.Messages.DeepClone().AsArray());
        }
        catch (Exception failure) when (failure is ArgumentException or InvalidOperationException)
        {
            throw new ChatTemplateException(0, $"continue_final_message is set, but the last message cannot be read: {failure.Message}");
        }
    }

    private static (JsonArray Messages, string Text) Tagged(JsonArray messages)
    {
        var last = messages.Count > 0 ? messages[^1] as JsonObject : null;
        switch (last?["content"])
        {
            case JsonValue value when value.TryGetValue<string>(out var text):
                last["content"] = text + Tag;
                return (messages, text);
            case JsonArray parts when parts.LastOrDefault(p => p is JsonObject part && part["text"] is JsonValue) is JsonObject textPart:
                var partText = (string?)textPart["text"] ?? "";
                textPart["text"] = partText + Tag;
                return (messages, partText);
            default:
                throw new ChatTemplateException(0, "continue_final_message is set, but the last message has no text to go on with");
        }
    }

    /// <summary>The rendered chat up to the end of the last message, whose text was <paramref name="final"/>.</summary>
    public static RenderedChat Cut(RenderedChat rendered, string final)
    {
        var text = rendered.Text;
        var bare = Tag.TrimEnd();
        var at = text.LastIndexOf(bare, StringComparison.Ordinal);
        if (at < 0 || !text.Contains(final.Trim(), StringComparison.Ordinal))
        {
            throw new ChatTemplateException(0, "continue_final_message is set, but the template does not write the last message as it stands");
        }

        // Where the tag's space is gone, the template trims messages, and the text before it is to be trimmed as well.
        var kept = text.AsSpan(at).StartsWith(Tag) ? text[..at] : text[..at].TrimEnd();
        return rendered with
        {
            Text = kept,
            AssistantSpans = [.. rendered.AssistantSpans.Where(s => s.Start < kept.Length).Select(s => new TextSpan(s.Start, Math.Min(s.End, kept.Length)))],
        };
    }
}
