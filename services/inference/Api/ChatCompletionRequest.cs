using System.Text.Json;
using System.Text.Json.Nodes;
using LoraMesh.Inference.Tools;

namespace LoraMesh.Inference.Api;

/// <summary>Body of <c>POST /v1/chat/completions</c>, checked.</summary>
public sealed record ChatCompletionRequest
{
    /// <summary>The conversation as the template sees it; at least one message.</summary>
    public required JsonArray Messages { get; init; }

    /// <summary>The tools; null where none may be called.</summary>
    public ToolUse? Tools { get; init; }

    /// <summary>How it is to be answered.</summary>
    public required GenerationSettings Settings { get; init; }

    /// <summary>Reads and checks a body.</summary>
    /// <exception cref="RequestException">A field is missing, has a wrong value, or is not supported; the error names it.</exception>
    public static ChatCompletionRequest Read(JsonElement body, int maxChoices)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            throw RequestException.Invalid(null, "The body is not a JSON object.");
        }

        var fields = new JsonFields(body);
        var scores = fields.Flag("logprobs");
        var top = (int?)fields.Integer("top_logprobs", 0, 20);
        if (top is > 0 && !scores)
        {
            throw RequestException.Invalid("top_logprobs", "'top_logprobs' belongs to 'logprobs': true; send both or neither.");
        }

        return new ChatCompletionRequest
        {
            Settings = SettingsReader.Read(body, maxChoices, scores ? top ?? 0 : null, defaultMaxTokens: null),
            Messages = MessageReader.Read(fields),
            Tools = ToolReader.Read(fields),
        };
    }
}
