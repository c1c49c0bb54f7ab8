namespace LoraMesh.UnitTests.DatasetPrep.Corpus;

/// <summary>Rows whose messages, fields or calls of tools are not what they must be.</summary>
internal static class ChatFaults
{
    public static IEnumerable<BrokenFile> Files()
    {
        yield return Messages();
        yield return Tools();
        yield return Fields();
        yield return Preferences();
    }

    private static BrokenFile Messages() => new FileWriter("messages.jsonl", SoundRows.Chat).Sound(12)
        .Fault("null_value", "$.messages", "null", """{"messages":null}""")
        .Fault("wrong_type", "$.messages", "\"hello\"", """{"messages":"hello"}""")
        .Fault("wrong_type", "$.messages", "object", """{"messages":{"role":"user","content":"a"}}""")
        .Fault("empty_conversation", "$.messages", "an empty array", """{"messages":[]}""")
        .Fault("wrong_type", "$.messages[0]", "\"a\"", """{"messages":["a"]}""")
        .Fault("wrong_type", "$.messages[0]", "null", """{"messages":[null,{"role":"assistant","content":"b"}]}""")
        .Fault("json_in_string", "$.messages", "[{", """{"messages":"[{\"role\":\"user\",\"content\":\"as a text\"},{\"role\":\"assistant\",\"content\":\"b\"}]"}""")
        .Fault("unknown_role", "$.messages[1].role", "\"narrator\"", Chat("user: a", "narrator: b"))
        .Fault("missing_field", "$.messages[0].role", "fields content", """{"messages":[{"content":"a"},{"role":"assistant","content":"b"}]}""")
        .Fault("null_value", "$.messages[0].role", "null", """{"messages":[{"role":null,"content":"a"},{"role":"assistant","content":"b"}]}""")
        .Fault("empty_content", "$.messages[0].role", "\"\"", """{"messages":[{"role":"","content":"a"},{"role":"assistant","content":"b"}]}""")
        .Fault("role_alias", "$.messages[0].role", "\"Human\"", Chat("Human: which alias?", "assistant: b"))
        .Fault("missing_field", "$.messages[1].content", "fields role", """{"messages":[{"role":"user","content":"a"},{"role":"assistant"}]}""")
        .Fault("null_value", "$.messages[1].content", "null", """{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":null}]}""")
        .Fault("empty_content", "$.messages[1].content", "\"\"", """{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":""}]}""")
        .Fault("empty_content", "$.messages[0].content", "\\n", """{"messages":[{"role":"user","content":" \n\t"},{"role":"assistant","content":"b"}]}""")
        .Fault("empty_content", "$.messages[1].content", "\\u200b", """{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"\u200b\ufeff"}]}""")
        .Fault("scalar_as_text", "$.messages[1].content", "number 4", """{"messages":[{"role":"user","content":"2+2?"},{"role":"assistant","content":4}]}""")
        .Fault("wrong_type", "$.messages[1].content", "object", """{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":{"text":"b"}}]}""")
        .Fault("content_parts", "$.messages[0].content", "array", """{"messages":[{"role":"user","content":[{"type":"text","text":"in "},{"type":"text","text":"parts"}]},{"role":"assistant","content":"b"}]}""")
        .Fault("unsupported_part", "$.messages[0].content[1]", "image_url", """{"messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"image_url","image_url":{"url":"x"}}]},{"role":"assistant","content":"b"}]}""")
        .Fault("unsupported_field", "$.messages[1].weight", "number 0", """{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b","weight":0}]}""")
        .Fault("duplicate_key", "$.messages[0].content", "a second \"content\"", """{"messages":[{"role":"user","content":"a","content":"c"},{"role":"assistant","content":"b"}]}""")
        .Fault("no_assistant_turn", "$.messages", "roles system, user", Chat("system: a", "user: b"))
        .Fault("last_turn_not_assistant", "$.messages[2].role", "user", Chat("user: a", "assistant: b", "user: c"))
        .Fault("system_not_first", "$.messages[1].role", "system", Chat("user: a", "system: b", "assistant: c"))
        .Fault("system_not_first", "$.messages[1].role", "system", Chat("system: a", "system: b", "user: c", "assistant: d"))
        .Fault("empty_system", "$.messages[0].content", "\"\"", Chat("system: ", "user: with an empty system", "assistant: c"))
        .Fault("consecutive_turns", "$.messages[1].role", "user", Chat("user: a", "user: b", "assistant: c"))
        .Fault("consecutive_turns", "$.messages[2].role", "assistant", Chat("user: a", "assistant: b", "assistant: c"))
        .Fault("role_order", "$.messages[0].role", "assistant", Chat("assistant: hello", "user: a", "assistant: b"))
        .Fault("answer_repeats_question", "$.messages[1].content", "\"the same twice\"", Chat("user: the same twice", "assistant: the same twice"))
        .Fault("template_error", "", "REFUSE is not allowed", Chat("user: REFUSE", "assistant: b"))
        .Fault("no_supervised_tokens", "", "none of them", Chat("user: nothing is learned of this", "assistant: DROP"))
        .Fault("too_long", "", "tokens", Chat("user: a", "assistant: " + string.Join(' ', Enumerable.Range(0, 400).Select(i => $"w{i}"))))
        .Fault("unknown_schema", "", "fields Messages", Chat("user: a", "assistant: b").Replace("messages", "Messages", StringComparison.Ordinal))
        .Done();

    private static BrokenFile Tools() => new FileWriter("tools.jsonl", SoundRows.Chat).Sound()
        .Fault("tool_result_without_call", "$.messages[1].tool_call_id", "\"c1\"", Row(User, Result("c1"), Answer))
        .Fault("tool_call_without_result", "$.messages[2]", "assistant after a call of f", Row(User, Call("c1"), Answer))
        .Fault("tool_call_without_result", "$.messages[3]", "after a call of f", Row(User, Calls("c1", "c2"), Result("c1"), Answer))
        .Fault("tool_arguments_not_json", "$.messages[1].tool_calls[0].function.arguments", "{x: 1", Row(User, Call("c1", "\"{x: 1\""), Result("c1"), Answer))
        .Fault("tool_arguments_not_json", "$.messages[1].tool_calls[0].function.arguments", "array [1]", Row(User, Call("c1", "[1]"), Result("c1"), Answer))
        .Fault("tool_arguments_not_json", "$.messages[1].tool_calls[0].function.arguments", "null", Row(User, Call("c1", "null"), Result("c1"), Answer))
        .Fault("duplicate_key", "$.messages[1].tool_calls[0].function.arguments.x", "a second \"x\"", Row(User, Call("c1", """{"x":1,"x":2}"""), Result("c1"), Answer))
        .Fault("missing_call_id", "$.messages[2].tool_call_id", "\"c1\"", Row(User, Call("c1"), """{"role":"tool","content":"found"}""", Answer))
        .Fault("duplicate_call_id", "$.messages[1].tool_calls", "\"c1\"", Row(User, Calls("c1", "c1"), Result("c1"), Result("c1"), Answer))
        .Fault("missing_field", "$.messages[1].tool_calls[0].function.name", "fields arguments", Row(User, """{"role":"assistant","tool_calls":[{"id":"c1","type":"function","function":{"arguments":{}}}]}""", Result("c1"), Answer))
        .Fault("missing_field", "$.messages[2].content", "fields role", Row(User, Call("c1"), """{"role":"tool","tool_call_id":"c1"}""", Answer))
        .Fault("wrong_type", "$.messages[1].tool_calls", "object", Row(User, """{"role":"assistant","tool_calls":{"id":"c1"}}""", Answer))
        .Fault("unsupported_field", "$.messages[0].tool_calls", "array", Row("""{"role":"user","content":"a","tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":{}}}]}""", Answer))
        .Fault("unsupported_field", "$.messages[1].tool_calls[0].type", "code", Row(User, """{"role":"assistant","tool_calls":[{"id":"c1","type":"code","function":{"name":"f","arguments":{}}}]}""", Answer))
        .Fault("legacy_function_call", "$.messages[1].function_call", "object", Row("""{"role":"user","content":"in the old way"}""", """{"role":"assistant","content":null,"function_call":{"name":"f","arguments":"{}"}}"""))
        .Fault("unknown_tool", "$.messages[1].tool_calls[0].function.name", "\"f\"", Row("""{"role":"user","content":"a tool of another name"}""", Call("c1"), Result("c1"), Answer)[..^1] + ""","tools":[{"type":"function","function":{"name":"g"}}]}""")
        .Fault("invalid_tools", "$.tools", "object", Row(User, Answer)[..^1] + ""","tools":{"name":"g"}}""")
        .Fault("invalid_tools", "$.tools[0]", "object", Row(User, Answer)[..^1] + ""","tools":[{"type":"function","function":{"description":"no name"}}]}""")
        .Fault("role_order", "$.messages[3].role", "user", Row(User, Call("c1"), Result("c1"), User, Answer))
        .Fault("tool_arguments_mismatch", "$.messages[1].tool_calls[0].function.arguments.city", "fields town", Called(1, """{"town":"Bern"}"""))
        .Fault("tool_arguments_mismatch", "$.messages[1].tool_calls[0].function.arguments.city", "number 5", Called(2, """{"city":5}"""))
        .Fault("tool_arguments_mismatch", "$.messages[1].tool_calls[0].function.arguments.unit", "\"kelvin\"", Called(3, """{"city":"Bern","unit":"kelvin"}"""))
        .Fault("tool_arguments_mismatch", "$.messages[1].tool_calls[0].function.arguments.days", "number 0", Called(4, """{"city":"Bern","days":0}"""))
        .Fault("tool_arguments_mismatch", "$.messages[1].tool_calls[0].function.arguments.wind", "\"wind\"", Called(5, """{"city":"Bern","wind":true}"""))
        .Fault("tool_arguments_mismatch", "$.messages[1].tool_calls[0].function.arguments.hours[1]", "\"noon\"", Called(6, """{"city":"Bern","hours":[8,"noon"]}"""))
        .Fault("tool_arguments_mismatch", "$.messages[1].tool_calls[0].function.arguments.at.lat", "\"north\"", Called(7, """{"city":"Bern","at":{"lat":"north"}}"""))
        .Done();

    private static BrokenFile Fields() => new FileWriter("fields.jsonl", SoundRows.Pair).Sound()
        .Fault("unknown_schema", "", "fields title, body", """{"title":"a","body":"b"}""")
        .Fault("unknown_schema", "", "no fields", "{}")
        .Fault("missing_field", "$.completion", "fields prompt, completoin", """{"prompt":"a","completoin":"b"}""")
        .Fault("missing_field", "$.output", "fields instruction", """{"instruction":"a"}""")
        .Fault("missing_field", "$.question", "fields answer", """{"answer":"a"}""")
        .Fault("null_value", "$.completion", "null", """{"prompt":"a","completion":null}""")
        .Fault("empty_content", "$.completion", "\"\"", """{"prompt":"a","completion":""}""")
        .Fault("empty_content", "$.text", "\"  \"", """{"text":"  "}""")
        .Fault("scalar_as_text", "$.prompt", "true", """{"prompt":true,"completion":"b"}""")
        .Fault("wrong_type", "$.prompt", "array", """{"prompt":["a"],"completion":"b"}""")
        .Fault("wrong_type", "$.history[0]", "array", """{"instruction":"a","output":"b","history":[["only one"]]}""")
        .Fault("unknown_role", "$.conversations[0].from", "\"alien\"", """{"conversations":[{"from":"alien","value":"a"},{"from":"gpt","value":"b"}]}""")
        .Fault("missing_field", "$.conversations[1].value", "fields from", """{"conversations":[{"from":"human","value":"a"},{"from":"gpt"}]}""")
        .Fault("empty_content", "$.conversations[1].value", "\"\"", """{"system":"Be kind.","conversations":[{"from":"human","value":"a"},{"from":"gpt","value":""}]}""")
        .Fault("consecutive_turns", "$.conversations[1].role", "user", """{"system":"Be kind.","conversations":[{"from":"human","value":"a"},{"from":"human","value":"b"},{"from":"gpt","value":"c"}]}""")
        .Fault("mixed_schemas", "", "schema alpaca", """{"instruction":"Name the capital.","context":"Switzerland","response":"Bern"}""")
        .Fault("mixed_schemas", "", "schema text", """{"text":"A row of another export."}""")
        .Done();

    private static BrokenFile Preferences() => new FileWriter("pairs.jsonl", SoundRows.Preference).Sound()
        .Fault("chosen_equals_rejected", "$.rejected", "\"x\"", """{"prompt":"a","chosen":"x","rejected":"x"}""")
        .Fault("chosen_equals_rejected", "$.rejected", "\"x \"", """{"prompt":"b","chosen":"x","rejected":"x "}""")
        .Fault("missing_field", "$.rejected", "fields prompt, chosen", """{"prompt":"a","chosen":"x"}""")
        .Fault("null_value", "$.rejected", "null", """{"prompt":"a","chosen":"x","rejected":null}""")
        .Fault("empty_content", "$.chosen", "\"\"", """{"prompt":"a","chosen":"","rejected":"x"}""")
        .Fault("missing_field", "$.prompt", "fields chosen, rejected", """{"chosen":"x","rejected":"y"}""")
        .Fault("pair_prompts_differ", "$.rejected", "other", """{"chosen":[{"role":"user","content":"one"},{"role":"assistant","content":"x"}],"rejected":[{"role":"user","content":"other"},{"role":"assistant","content":"y"}]}""")
        .Fault("last_turn_not_assistant", "$.chosen[0].role", "user", """{"prompt":"a","chosen":[{"role":"user","content":"x"}],"rejected":[{"role":"assistant","content":"y"}]}""")
        .Done();

    private const string User = """{"role":"user","content":"look it up"}""";
    private const string Answer = """{"role":"assistant","content":"there it is"}""";

    // Row with a tool whose parameters say much about the arguments.
    private static string Called(int number, string arguments) => Row($$"""{"role":"user","content":"weather number {{number}}"}""", Call("c1", arguments), Result("c1"), Answer)[..^1]
        + ""","tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{"city":{"type":"string"},"unit":{"enum":["c","f"]},"days":{"type":"integer","minimum":1},"hours":{"type":"array","items":{"type":"number"}},"at":{"$ref":"#/$defs/place"}},"required":["city"],"additionalProperties":false,"$defs":{"place":{"type":"object","properties":{"lat":{"type":"number"}}}}}}}]}""";

    private static string Call(string id, string arguments = "{}") => $$"""{"role":"assistant","content":null,"tool_calls":[{{OneCall(id, arguments)}}]}""";

    private static string Calls(params string[] ids) => $$"""{"role":"assistant","content":null,"tool_calls":[{{string.Join(',', ids.Select(id => OneCall(id, "{}")))}}]}""";

    private static string OneCall(string id, string arguments) => $$$"""{"id":"{{{id}}}","type":"function","function":{"name":"f","arguments":{{{arguments}}}}}""";

    private static string Result(string id) => $$"""{"role":"tool","tool_call_id":"{{id}}","content":"found"}""";

    private static string Row(params string[] messages) => $$"""{"messages":[{{string.Join(',', messages)}}]}""";

    private static string Chat(params string[] turns) => Row([.. turns.Select(turn => turn.Split(": ") is [var role, var content] ? $$"""{"role":"{{role}}","content":"{{content}}"}""" : throw new ArgumentException(turn))]);
}
