using System.Text.Json;
using LoraMesh.DatasetPrep.Problems;

namespace LoraMesh.DatasetPrep.Rows;

/// <summary>Reads the calls of tools in messages, and checks that calls and results belong together.</summary>
internal static class ToolCalls
{
    private const string CallExpected = "an object such as {\"type\": \"function\", \"function\": {\"name\": \"…\", \"arguments\": {…}}}";

    /// <summary>The calls of a message, none where it has none; null when <paramref name="problems"/> has been told why they cannot be read.</summary>
    public static IReadOnlyList<ToolCall>? Read(JsonElement message, string? role, string path, RowProblems problems)
    {
        if (role is Roles.User or Roles.System or Roles.Tool && message.TryGetProperty("tool_calls", out var misplaced) && misplaced.ValueKind is not JsonValueKind.Null && !(misplaced.ValueKind == JsonValueKind.Array && misplaced.GetArrayLength() == 0))
        {
            problems.Add(ProblemKind.UnsupportedField, JsonPlace.Field(path, "tool_calls"), Shown.Value(misplaced), $"no calls in a message of {role}", "Only the assistant calls tools: move the calls into its message.");
            return null;
        }

        if (message.TryGetProperty("function_call", out var legacy) && legacy.ValueKind != JsonValueKind.Null)
        {
            var place = JsonPlace.Field(path, "function_call");
            return problems.Add(ProblemKind.LegacyFunctionCall, place, Shown.Value(legacy), "tool_calls", "Write the call as \"tool_calls\": [{\"type\": \"function\", \"function\": {…}}].") == ProblemPolicy.Repair
                && ReadFunction(legacy, null, place, problems) is { } call ? [call] : null;
        }

        if (!message.TryGetProperty("tool_calls", out var calls) || calls.ValueKind == JsonValueKind.Null)
        {
            return [];
        }

        var at = JsonPlace.Field(path, "tool_calls");
        if (calls.ValueKind != JsonValueKind.Array)
        {
            problems.Add(ProblemKind.WrongType, at, Shown.Value(calls), "an array of calls", "Write \"tool_calls\" as [{…}].");
            return null;
        }

        var read = calls.EnumerateArray().Select((call, number) => ReadCall(call, $"{at}[{number}]", problems)).ToList();
        return read.Contains(null) ? null : [.. read.OfType<ToolCall>()];
    }

    /// <summary>The call that a message of ShareGPT from <c>function_call</c> holds as a text.</summary>
    public static IReadOnlyList<ToolCall>? ReadShareGpt(JsonElement message, string path, RowProblems problems)
    {
        var place = JsonPlace.Field(path, "value");
        if (Fields.Text(message, path, "value", problems) is not { } text)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(text);
            return ReadFunction(document.RootElement, null, place, problems) is { } call ? [call] : null;
        }
        catch (JsonException)
        {
            problems.Add(ProblemKind.ToolArgumentsNotJson, place, Shown.Text(text), "a JSON object with name and arguments", "Write the call as {\"name\": \"…\", \"arguments\": {…}}.");
            return null;
        }
    }

    /// <summary>Checks that every result answers a call, and every call is answered where the conversation goes on.</summary>
    public static void Check(IReadOnlyList<Turn> turns, string path, RowProblems problems)
    {
        var (open, seen) = (new List<ToolCall>(), new HashSet<string>(StringComparer.Ordinal));
        for (var i = 0; i < turns.Count; i++)
        {
            var place = $"{path}[{i}]";
            if (turns[i].Role == Roles.Tool)
            {
                Close(open, turns[i], place, problems);
                continue;
            }

            if (open.Count > 0)
            {
                problems.Add(ProblemKind.ToolCallWithoutResult, place, Shown.Text($"{turns[i].Role} after a call of {open[0].Name}"), "a tool message with the call's result", "Add the result, or remove the call.");
                open.Clear();
            }

            open.AddRange(turns[i].ToolCalls);
            foreach (var id in turns[i].ToolCalls.Select(call => call.Id).OfType<string>().Where(id => !seen.Add(id)))
            {
                problems.Add(ProblemKind.DuplicateCallId, JsonPlace.Field(place, "tool_calls"), Shown.Text($"a second call \"{id}\""), "each id once in a conversation", "Give every call an id of its own.");
            }
        }
    }

    /// <summary>Reports calls of tools that the row does not offer.</summary>
    public static void CheckNames(IReadOnlyList<Turn> turns, IReadOnlySet<string> offered, string path, RowProblems problems)
    {
        for (var i = 0; i < turns.Count; i++)
        {
            for (var call = 0; call < turns[i].ToolCalls.Count; call++)
            {
                if (!offered.Contains(turns[i].ToolCalls[call].Name))
                {
                    problems.Add(ProblemKind.UnknownTool, $"{path}[{i}].tool_calls[{call}].function.name", Shown.Text($"\"{turns[i].ToolCalls[call].Name}\""), Shown.Text("one of " + string.Join(", ", offered)), "Correct the name, or add the tool to \"tools\".");
                }
            }
        }
    }

    private static void Close(List<ToolCall> open, Turn result, string place, RowProblems problems)
    {
        // Without ids, results come in the order of the calls.
        var answered = result.ToolCallId is { } id && open.Exists(call => call.Id is not null) ? open.FindIndex(call => call.Id == id) : open.Count > 0 ? 0 : -1;
        if (answered >= 0)
        {
            if ((result.ToolCallId is null) != (open[answered].Id is null))
            {
                var isResult = result.ToolCallId is null;
                problems.Add(ProblemKind.MissingCallId, isResult ? JsonPlace.Field(place, "tool_call_id") : place, isResult ? $"no tool_call_id, and a call \"{Shown.Text(open[answered].Id, 40)}\"" : $"a result of \"{Shown.Text(result.ToolCallId, 40)}\", and a call without an id", "the same id in the call and in its result", "Write the call's id into both, or into neither.");
            }

            open.RemoveAt(answered);
            return;
        }

        var found = result.ToolCallId is null ? "a result" : $"a result of \"{result.ToolCallId}\"";
        problems.Add(ProblemKind.ToolResultWithoutCall, result.ToolCallId is null ? place : JsonPlace.Field(place, "tool_call_id"), Shown.Text(found), open.Count == 0 ? "a call in the assistant's message before it" : Shown.Text("the id of a call: " + string.Join(", ", open.Select(call => call.Id))), "Add the call, correct the id, or remove the result.");
    }

    private static ToolCall? ReadCall(JsonElement call, string place, RowProblems problems)
    {
        if (call.ValueKind != JsonValueKind.Object)
        {
            problems.Add(ProblemKind.WrongType, place, Shown.Value(call), CallExpected, "Write every call as an object.");
            return null;
        }

        if (call.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && type.GetString() is not ("function" or ""))
        {
            problems.Add(ProblemKind.UnsupportedField, JsonPlace.Field(place, "type"), Shown.Value(type), "\"function\"", "Only calls of functions are trained on: write the call as one, or remove the row.");
            return null;
        }

        if (!call.TryGetProperty("function", out var function))
        {
            if (call.TryGetProperty("name", out _))
            {
                return ReadFunction(call, Fields.Name(call, place, "id", problems), place, problems);
            }

            Fields.Missing(call, JsonPlace.Field(place, "function"), "function", problems);
            return null;
        }

        return ReadFunction(function, Fields.Name(call, place, "id", problems), JsonPlace.Field(place, "function"), problems);
    }

    private static ToolCall? ReadFunction(JsonElement function, string? id, string place, RowProblems problems)
    {
        if (function.ValueKind != JsonValueKind.Object)
        {
            problems.Add(ProblemKind.WrongType, place, Shown.Value(function), "an object with name and arguments", "Write the function as {\"name\": \"…\", \"arguments\": {…}}.");
            return null;
        }

        var name = Fields.Text(function, place, "name", problems);
        var at = JsonPlace.Field(place, "arguments");
        if (!function.TryGetProperty("arguments", out var arguments))
        {
            Fields.Missing(function, at, "arguments", problems);
            return null;
        }

        return Arguments(arguments, at, problems) is { } json && name is not null ? new ToolCall(id, name, json) : null;
    }

    private static bool HaveNoDuplicates(JsonElement value, string place, RowProblems problems) => value.ValueKind switch
    {
        JsonValueKind.Object => Fields.HaveNoDuplicates(value, place, problems) && value.EnumerateObject().All(member => HaveNoDuplicates(member.Value, JsonPlace.Field(place, member.Name), problems)),
        JsonValueKind.Array => value.EnumerateArray().Select((item, index) => HaveNoDuplicates(item, $"{place}[{index}]", problems)).All(none => none),
        _ => true,
    };

    // OpenAI writes the arguments as a text that holds a JSON object, others as the object.
    private static string? Arguments(JsonElement arguments, string place, RowProblems problems)
    {
        try
        {
            using var document = arguments.ValueKind == JsonValueKind.String ? JsonDocument.Parse(arguments.GetString()!, new JsonDocumentOptions { MaxDepth = RowParser.MaxDepth }) : null;
            var value = document?.RootElement ?? arguments;
            if (value.ValueKind == JsonValueKind.Object)
            {
                return HaveNoDuplicates(value, place, problems) ? CanonicalJson.Of(value) : null;
            }
        }
        catch (JsonException)
        {
            // Reported like what is JSON, but no object.
        }

        problems.Add(ProblemKind.ToolArgumentsNotJson, place, Shown.Value(arguments), "a JSON object, or a text that holds one", "Write the arguments with a JSON library, {} where there are none.");
        return null;
    }
}
