using System.Text.Json.Nodes;

namespace LoraMesh.Text;

/// <summary>Everything that a chat template may look at: messages, tools, documents and variables. The nodes are read, never changed.</summary>
public sealed record ChatRequest
{
    /// <summary>The messages in order, each an object with <c>role</c> and <c>content</c> and whatever else the template reads.</summary>
    public required JsonArray Messages { get; init; }

    /// <summary>JSON schemas of functions that the model may call; null where there are none.</summary>
    public JsonArray? Tools { get; init; }

    /// <summary>Documents for retrieval templates; null where there are none.</summary>
    public JsonArray? Documents { get; init; }

    /// <summary>Ends the text with the opening of an assistant turn, for inference.</summary>
    public bool AddGenerationPrompt { get; init; }

    /// <summary>Leaves the last message open, so that the model goes on writing it. Not together with <see cref="AddGenerationPrompt"/>.</summary>
    public bool ContinueFinalMessage { get; init; }

    /// <summary>Further variables of the template, such as <c>enable_thinking</c>; null for none.</summary>
    public JsonObject? Variables { get; init; }

    /// <summary>The clock that <c>strftime_now</c> reads; the machine's local time by default. Fix it wherever text must come out the same again.</summary>
    public DateTimeOffset? Now { get; init; }

    /// <summary>A request of plain messages.</summary>
    public static ChatRequest FromMessages(IReadOnlyList<ChatMessage> messages, bool addGenerationPrompt = false)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var nodes = new JsonArray();
        foreach (var message in messages)
        {
            nodes.Add((JsonNode)new JsonObject { ["role"] = message.Role, ["content"] = message.Content });
        }

        return new ChatRequest { Messages = nodes, AddGenerationPrompt = addGenerationPrompt };
    }
}
