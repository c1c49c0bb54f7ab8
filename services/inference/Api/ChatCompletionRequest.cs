using System.Text.Json;
using LoraMesh.Text;

namespace LoraMesh.Inference.Api;

/// <summary>Body of <c>POST /v1/chat/completions</c>, checked.</summary>
public sealed record ChatCompletionRequest
{
    /// <summary>The conversation; at least one message.</summary>
    public required IReadOnlyList<ChatMessage> Messages { get; init; }

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
            Messages = ReadMessages(fields),
        };
    }

    private static List<ChatMessage> ReadMessages(JsonFields fields)
    {
        if (fields.Find("messages") is not { } value)
        {
            throw RequestException.Invalid("messages", "The field 'messages' is missing; expected an array of messages.");
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            throw JsonFields.Wrong("messages", value, "an array of messages");
        }

        if (value.GetArrayLength() == 0)
        {
            throw RequestException.Invalid("messages", "'messages' is empty; expected at least one message.");
        }

        return [.. value.EnumerateArray().Select((message, index) => ReadMessage(message, $"messages[{index}]"))];
    }

    private static ChatMessage ReadMessage(JsonElement message, string path)
    {
        if (message.ValueKind != JsonValueKind.Object)
        {
            throw JsonFields.Wrong(path, message, "an object with role and content");
        }

        var fields = new JsonFields(message);
        if (fields.Find("role") is not { } role)
        {
            throw RequestException.Invalid($"{path}.role", $"'{path}.role' is missing; expected system, developer, user or assistant.");
        }

        if (fields.Find("tool_calls") is { } calls && (calls.ValueKind != JsonValueKind.Array || calls.GetArrayLength() > 0))
        {
            throw RequestException.Invalid($"{path}.tool_calls", $"'{path}.tool_calls' is not supported here; leave it out.", "unsupported_parameter");
        }

        if (fields.Find("content") is not { } content)
        {
            throw RequestException.Invalid($"{path}.content", $"'{path}.content' is missing; expected a string or an array of text parts.");
        }

        return new ChatMessage { Role = ReadRole(JsonFields.Text(role, $"{path}.role"), path), Content = ReadContent(content, $"{path}.content") };
    }

    // Templates know "system"; "developer" is OpenAI's newer word for it.
    private static string ReadRole(string role, string path) => role switch
    {
        "system" or "user" or "assistant" => role,
        "developer" => "system",
        _ => throw RequestException.Invalid($"{path}.role", $"'{path}.role' is \"{role}\"; expected system, developer, user or assistant."),
    };

    private static string ReadContent(JsonElement content, string path)
    {
        if (content.ValueKind != JsonValueKind.Array)
        {
            return content.ValueKind == JsonValueKind.String ? JsonFields.Text(content, path) : throw JsonFields.Wrong(path, content, "a string or an array of text parts");
        }

        return string.Join('\n', content.EnumerateArray().Select((part, index) => ReadPart(part, $"{path}[{index}]")));
    }

    private static string ReadPart(JsonElement part, string path)
    {
        if (part.ValueKind != JsonValueKind.Object)
        {
            throw JsonFields.Wrong(path, part, "an object such as {\"type\": \"text\", \"text\": \"…\"}");
        }

        var fields = new JsonFields(part);
        var type = fields.Find("type") is { } found ? JsonFields.Text(found, $"{path}.type") : "text";
        if (type != "text")
        {
            throw RequestException.Invalid($"{path}.type", $"'{path}.type' is \"{type}\"; only \"text\" is understood.", "unsupported_parameter");
        }

        return fields.Find("text") is { } text
            ? JsonFields.Text(text, $"{path}.text")
            : throw RequestException.Invalid($"{path}.text", $"'{path}.text' is missing; expected a string.");
    }
}
