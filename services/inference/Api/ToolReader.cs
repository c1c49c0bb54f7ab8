using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LoraMesh.Inference.Tools;

namespace LoraMesh.Inference.Api;

// Reads tools, tool_choice and parallel_tool_calls.
internal static partial class ToolReader
{
    private const int MaxTools = 128;
    private const string Choices = "none, auto, required, or {\"type\": \"function\", \"function\": {\"name\": \"…\"}}";

    // OpenAI: a function without parameters takes none.
    private static readonly JsonElement NoParameters = JsonDocument.Parse("""{"type": "object", "properties": {}, "additionalProperties": false}""").RootElement;

    public static ToolUse? Read(JsonFields fields)
    {
        var parallel = fields.Find("parallel_tool_calls") is null || fields.Flag("parallel_tool_calls");
        var (nodes, functions) = ReadTools(fields);
        if (fields.Find("tool_choice") is not { } choice)
        {
            return functions.Count == 0 ? null : new ToolUse(nodes, functions, IsForced: false, parallel);
        }

        var word = choice.ValueKind == JsonValueKind.String ? JsonFields.Text(choice, "tool_choice") : null;
        if (word == "none" || (functions.Count == 0 && word == "auto"))
        {
            return null;
        }

        if (functions.Count == 0)
        {
            throw RequestException.Invalid("tool_choice", "'tool_choice' asks for a call and 'tools' names no function; send both or neither.");
        }

        return word switch
        {
            "auto" => new ToolUse(nodes, functions, IsForced: false, parallel),
            "required" => new ToolUse(nodes, functions, IsForced: true, parallel),
            null => new ToolUse(nodes, [Named(choice, functions)], IsForced: true, IsParallel: false),
            _ => throw JsonFields.Wrong("tool_choice", choice, Choices),
        };
    }

    private static ToolFunction Named(JsonElement choice, List<ToolFunction> functions)
    {
        if (choice.ValueKind != JsonValueKind.Object || new JsonFields(choice).Find("function") is not { ValueKind: JsonValueKind.Object } function || new JsonFields(function).Find("name") is not { } found)
        {
            throw JsonFields.Wrong("tool_choice", choice, Choices);
        }

        var name = JsonFields.Text(found, "tool_choice.function.name");
        return functions.Find(one => one.Name == name) ?? throw RequestException.Invalid(
            "tool_choice.function.name", $"'tool_choice' names the function \"{name}\"; 'tools' has {string.Join(", ", functions.Select(one => one.Name))}.");
    }

    private static (JsonArray Nodes, List<ToolFunction> Functions) ReadTools(JsonFields fields)
    {
        if (fields.Find("tools") is not { } value)
        {
            return ([], []);
        }

        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > MaxTools)
        {
            throw JsonFields.Wrong("tools", value, $"an array of at most {MaxTools} tools");
        }

        // The elements outlive the body's document.
        var tools = value.Clone();
        var functions = tools.EnumerateArray().Select((tool, index) => ReadFunction(tool, $"tools[{index}]")).ToList();
        return functions.DistinctBy(function => function.Name).Count() == functions.Count
            ? ((JsonArray)JsonNode.Parse(tools.GetRawText())!, functions)
            : throw RequestException.Invalid("tools", "Two functions in 'tools' bear one name.");
    }

    private static ToolFunction ReadFunction(JsonElement tool, string path)
    {
        if (tool.ValueKind != JsonValueKind.Object)
        {
            throw JsonFields.Wrong(path, tool, "an object with type and function");
        }

        var fields = new JsonFields(tool);
        var type = fields.Find("type") is { } found ? JsonFields.Text(found, $"{path}.type") : "function";
        if (type != "function")
        {
            throw RequestException.Invalid($"{path}.type", $"'{path}.type' is \"{type}\"; only \"function\" is understood.", "unsupported_parameter");
        }

        if (fields.Find("function") is not { ValueKind: JsonValueKind.Object } function)
        {
            throw RequestException.Invalid($"{path}.function", $"'{path}.function' is missing; expected an object with name and parameters.");
        }

        var inner = new JsonFields(function);
        var name = inner.Find("name") is { } named ? JsonFields.Text(named, $"{path}.function.name") : "";
        if (!FunctionName().IsMatch(name))
        {
            throw RequestException.Invalid($"{path}.function.name", $"'{path}.function.name' is \"{name}\"; expected 1 to 64 letters, digits, underscores and dashes.");
        }

        var parameters = inner.Find("parameters") ?? NoParameters;
        return parameters.ValueKind == JsonValueKind.Object
            ? new ToolFunction(name, parameters, $"{path}.function.parameters")
            : throw JsonFields.Wrong($"{path}.function.parameters", parameters, "a JSON schema");
    }

    [GeneratedRegex("^[A-Za-z0-9_-]{1,64}\\z")]
    private static partial Regex FunctionName();
}
