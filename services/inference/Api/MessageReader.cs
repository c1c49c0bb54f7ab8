using System.Text.Json;
using System.Text.Json.Nodes;

namespace LoraMesh.Inference.Api;

// Reads messages into what chat templates see: arguments of calls as objects, contents as one text.
internal static class MessageReader
{
    private const string Roles = "system, developer, user, assistant or tool";

    public static JsonArray Read(JsonFields fields)
    {
        if (fields.Find("messages") is not { } value)
        {
            throw RequestException.Invalid("messages", "The field 'messages' is missing; expected an array of messages.");
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            throw JsonFields.Wrong("messages", value, "an array of messages");
        }

        return value.GetArrayLength() == 0
            ? throw RequestException.Invalid("messages", "'messages' is empty; expected at least one message.")
            : new JsonArray([.. value.EnumerateArray().Select((message, index) => ReadMessage(message, $"messages[{index}]"))]);
    }

    private static JsonObject ReadMessage(JsonElement value, string path)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            throw JsonFields.Wrong(path, value, "an object with role and content");
        }

        var fields = new JsonFields(value);
        var role = fields.Find("role") is { } found
            ? ReadRole(JsonFields.Text(found, $"{path}.role"), path)
            : throw RequestException.Invalid($"{path}.role", $"'{path}.role' is missing; expected {Roles}.");
        var message = new JsonObject { ["role"] = role };
        var calls = fields.Find("tool_calls") is { } called ? ReadCalls(called, role, $"{path}.tool_calls") : [];
        // Templates join contents with texts; an answer that only calls has none.
        message["content"] = fields.Find("content") is { } content ? ReadContent(content, $"{path}.content")
            : calls.Count > 0 ? ""
            : throw RequestException.Invalid($"{path}.content", $"'{path}.content' is missing; expected a string or an array of text parts.");
        if (calls.Count > 0)
        {
            message["tool_calls"] = calls;
        }

        if (role == "tool")
        {
            message["tool_call_id"] = fields.Find("tool_call_id") is { } id
                ? JsonFields.Text(id, $"{path}.tool_call_id")
                : throw RequestException.Invalid($"{path}.tool_call_id", $"'{path}.tool_call_id' is missing; expected the id of the call that this answers.");
        }

        if (fields.Find("name") is { } name)
        {
            message["name"] = JsonFields.Text(name, $"{path}.name");
        }

        return message;
    }

    // Templates know "system"; "developer" is OpenAI's newer word for it.
    private static string ReadRole(string role, string path) => role switch
    {
        "system" or "user" or "assistant" or "tool" => role,
        "developer" => "system",
        _ => throw RequestException.Invalid($"{path}.role", $"'{path}.role' is \"{role}\"; expected {Roles}."),
    };

    private static JsonArray ReadCalls(JsonElement value, string role, string path)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            throw JsonFields.Wrong(path, value, "an array of calls");
        }

        return role == "assistant" || value.GetArrayLength() == 0
            ? new JsonArray([.. value.EnumerateArray().Select((call, index) => ReadCall(call, $"{path}[{index}]"))])
            : throw RequestException.Invalid(path, $"'{path}' stands in a message of the role {role}; only the assistant calls tools.");
    }

    private static JsonObject ReadCall(JsonElement value, string path)
    {
        if (value.ValueKind != JsonValueKind.Object || new JsonFields(value).Find("function") is not { ValueKind: JsonValueKind.Object } function)
        {
            throw JsonFields.Wrong(path, value, "an object with id, type and function");
        }

        var (fields, inner) = (new JsonFields(value), new JsonFields(function));
        var name = inner.Find("name") is { } named ? JsonFields.Text(named, $"{path}.function.name") : throw RequestException.Invalid($"{path}.function.name", $"'{path}.function.name' is missing; expected a string.");
        var call = new JsonObject { ["type"] = "function", ["function"] = new JsonObject { ["name"] = name, ["arguments"] = ReadArguments(inner, $"{path}.function.arguments") } };
        if (fields.Find("id") is { } id)
        {
            call["id"] = JsonFields.Text(id, $"{path}.id");
        }

        return call;
    }

    private static JsonObject ReadArguments(JsonFields function, string path)
    {
        if (function.Find("arguments") is not { } value)
        {
            return [];
        }

        if (value.ValueKind == JsonValueKind.Object)
        {
            return JsonObject.Create(value.Clone())!;
        }

        var text = JsonFields.Text(value, path);
        try
        {
            return text.Trim().Length == 0 ? [] : JsonNode.Parse(text) as JsonObject
                ?? throw RequestException.Invalid(path, $"'{path}' is not the text of a JSON object.");
        }
        catch (JsonException e)
        {
            throw RequestException.Invalid(path, $"'{path}' is not the text of a JSON object: {e.Message}");
        }
    }

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
