namespace LoraMesh.UnitTests.DatasetPrep.Corpus;

/// <summary>Rows with nothing wrong, many of which look as if something were.</summary>
internal static class SoundRows
{
    private static readonly string[] Chats =
    [
        """{"messages":[{"role":"user","content":"What is item # for?"},{"role":"assistant","content":"Item # holds the door."}]}""",
        """  {"messages": [ {"role": "system", "content": "Answer in one word. #"}, {"role": "user", "content": "Is # odd?"}, {"role": "assistant", "content": "Perhaps."} ], "id": # }  """,
        """{"messages":[{"role":"user","content":"It's {'a': 1,} in Python, # times; what is it in JSON?"},{"role":"assistant","content":"{\"a\": 1}, and NaN or None are null. #"}]}""",
        """{"messages":[{"role":"user","content":"Smile \ud83d\ude00 # 👩‍👩‍👧 می‌خواهم"},{"role":"assistant","content":"\u00fc, \\ud83d, C:\\dir\\#, \"quoted\"\n\tand a tab"}]}""",
        """{"messages":[{"role":"user","content":"if (a < b && c > d) { return List<string>; } // #"},{"role":"assistant","content":"Write `a &lt` only in HTML: # <T>"}]}""".Replace("&lt", "& lt", StringComparison.Ordinal),
        """{"messages":[{"role":"user","content":"Weather at #?"},{"role":"assistant","content":null,"tool_calls":[{"id":"c#","type":"function","function":{"name":"weather","arguments":"{\"at\": \"#\"}"}}]},{"role":"tool","tool_call_id":"c#","content":""},{"role":"assistant","content":"Sunny at #."}],"tools":[{"type":"function","function":{"name":"weather","parameters":{"type":"object"}}}]}""",
        """{"messages":[{"role":"user","content":"Two lookups of #"},{"role":"assistant","content":"","tool_calls":[{"id":"a#","type":"function","function":{"name":"f","arguments":{}}},{"id":"b#","type":"function","function":{"name":"g","arguments":{"x":[1,{"y":2}]}}}]},{"role":"tool","tool_call_id":"b#","content":"2"},{"role":"tool","tool_call_id":"a#","content":"1"},{"role":"assistant","content":"Both # are there."}]}""",
        """{"messages":[{"role":"user","content":"Call it for #."},{"role":"assistant","content":null,"tool_calls":[{"type":"function","function":{"name":"f","arguments":"{}"}}]}]}""",
        """{"messages":[{"role":"user","content":"Look up # with all that a schema may say."},{"role":"assistant","content":null,"tool_calls":[{"type":"function","function":{"name":"f","arguments":{"n":#.0,"m":#,"any":null,"free":{"x":[]},"s":"é😀","more":"y"}}}]}],"tools":[{"type":"function","function":{"name":"f","strict":true,"parameters":{"type":"object","properties":{"n":{"type":"integer"},"m":{"type":["number","null"],"exclusiveMinimum":-1},"any":{"type":"string","nullable":true},"free":{},"s":{"type":"string","maxLength":2,"pattern":"^(a+)+$","format":"uri"},"more":{"anyOf":[{"type":"number"},{"const":"y"}]},"gone":{"$ref":"https://example.org/schema"}},"required":["n"],"unknownKeyword":7}}}]}""",
        """{"messages":[{"role":"user","content":"One # more"},{"role":"assistant","content":"a","weight":1},{"role":"user","content":"and # again"},{"role":"assistant","content":"nan # is a bread"}],"weight":null,"refusal":null}""",
        """{"messages":[{"role":"user","name":"ann","content":"The privacy policy of #, please. ?"},{"role":"assistant","content":"| a | b |\n| --- | --- |\n| # | - |"}],"extra":{"deep":[[[1]]],"n":-1.5e300}}""",
        """{"messages":[{"role":"user","content":"Where # line separators\u2028stand\u2029"},{"role":"assistant","content":"é decomposed, ß, 漢字, العربية #"}]}""",
    ];

    /// <summary>A chat on one line.</summary>
    public static string Chat(int number) => Filled(Chats[number % Chats.Length], number);

    /// <summary>A prompt with its completion.</summary>
    public static string Pair(int number) => Filled("""{"prompt":"question # of the day","completion":"answer # to it"}""", number);

    /// <summary>A preference pair.</summary>
    public static string Preference(int number) => Filled("""{"prompt":"question #","chosen":"a good answer #","rejected":"a bad answer #"}""", number);

    /// <summary>Token ids.</summary>
    public static string Tokens(int number) => Filled("""{"input_ids":[1,2,3,#],"labels":[-100,2,3,#],"attention_mask":[1,1,1,1]}""", number);

    private static string Filled(string row, int number) => row.Replace("#", number.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
}
