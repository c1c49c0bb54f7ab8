namespace LoraMesh.UnitTests.DatasetPrep.Corpus;

/// <summary>Rows that are not JSON, or JSON that no row can be.</summary>
internal static class JsonFaults
{
    public static IEnumerable<BrokenFile> Files()
    {
        yield return new FileWriter("syntax.jsonl", SoundRows.Pair).Sound()
            .Fault("truncated_row", "$.completion", "the row's end", """{"prompt":"cut off","completion":"in the mid""")
            .Fault("truncated_row", "", "the row's end", """{"prompt":"cut off","completion":"before the brace" """)
            .Fault("single_quotes", "", "near {'prompt'", "{'prompt': 'a', 'completion': 'b'}")
            .Fault("single_quotes", "$.completion", "'b'", """{"prompt":"a","completion":'b'}""")
            .Fault("trailing_comma", "", "byte 33", """{"prompt":"a","completion":"bcd",}""")
            .Fault("trailing_comma", "", "byte 33", """{"prompt":"a","completion":"bcd"},""")
            .Fault("not_a_number", "$.score", "NaN", """{"prompt":"a","completion":"b","score":NaN}""")
            .Fault("not_a_number", "$.score", "-Infinity", """{"prompt":"a","completion":"b","score":-Infinity}""")
            .Fault("not_a_number", "$.score", "nan", """{"prompt":"a","completion":"b","score":nan}""")
            .Fault("python_literal", "$.ok", "True", """{"prompt":"a","completion":"b","ok":True}""")
            .Fault("python_literal", "$.completion", "None", """{"prompt":"a","completion":None}""")
            .Fault("json_comment", "", "// why", """{"prompt":"a","completion":"b" // why""" + "}")
            .Fault("json_comment", "", "# a note", "# a note")
            .Fault("several_values", "", "second", """{"prompt":"first of two","completion":"b"} {"prompt":"second of two","completion":"c"}""")
            .Fault("raw_control_character", "$.prompt", "\\t", "{\"prompt\":\"a\tb\",\"completion\":\"b\"}")
            .Fault("bad_escape", "$.prompt", "C:\\dir", """{"prompt":"C:\dir","completion":"b"}""")
            .Fault("too_deep", "$.x" + string.Concat(Enumerable.Repeat("[0]", 62)), "[[[", $$"""{"prompt":"a","completion":"b","x":{{new string('[', 90)}}{{new string(']', 90)}}}""")
            .Fault("not_json", "", "near {\"prompt\":\"a\" \"comp", """{"prompt":"a" "completion":"b"}""")
            .Fault("not_json", "", "\"hi\" there", """{"prompt":"he said "hi" there","completion":"b"}""")
            .Fault("not_json", "", "{prompt", "{prompt:\"a\",completion:\"b\"}")
            .Fault("not_json", "", "“prompt”", "{“prompt”:“a”,“completion”:“b”}")
            .Fault("not_json", "", "}}", """{"prompt":"a","completion":"b"}}""")
            .Fault("not_json", "$.n", "007", """{"prompt":"a","completion":"b","n":007}""")
            .Fault("not_json", "$.completion", "undefined", """{"prompt":"a","completion":undefined}""")
            .Fault("not_json", "", "502 Bad Gateway", "<html><body>502 Bad Gateway</body></html>")
            .Fault("not_json", "", "<<<<<<< HEAD", "<<<<<<< HEAD")
            .Fault("not_json", "", "12:00:00", "2026-01-01 12:00:00 INFO exported 17 rows")
            .Fault("duplicate_key", "$.completion", "a second \"completion\"", """{"prompt":"a","completion":"b","completion":"c"}""")
            .Fault("not_an_object", "", "array [1, 2]", "[1, 2]")
            .Fault("not_an_object", "", "\"just text\"", "\"just text\"")
            .Fault("not_an_object", "", "number 42", "42")
            .Fault("not_an_object", "", "null", "null")
            .Fault("line_too_long", "", "4,2", $$"""{"prompt":"a","completion":"{{new string('x', 4_250_000)}}"}""")
            .Done();
        yield return new FileWriter("array.json", number => SoundRows.Pair(number) + ",").Raw("[\n").Sound()
            .Fault("not_json", "", "byte 21", """{"prompt":"no comma" "completion":"b"},""")
            .Fault("not_json", "", "near", """{"prompt":"a quote too few,"completion":"b"},""")
            .Fault("truncated_row", "", "the row's end", """{"prompt":"a brace too few","completion":"b",""")
            .Fault("missing_field", "$.completion", "fields prompt", """{"prompt":"a"},""")
            .Fault("not_an_object", "", "number 7", "7,")
            .Fault("trailing_comma", "", "a comma and no element", ",")
            .Also("trailing_comma", "", "a comma and no element").Raw("]\n").Done();
        yield return new FileWriter("array-cut.json", number => SoundRows.Pair(number) + ",").Raw("[\n").Sound(3)
            .Also("truncated_row", "$.completion", "the row's end").Raw("""{"prompt":"a","completion":"cut""").Done();
        yield return new FileWriter("array-open.json", number => SoundRows.Pair(number) + (number < 3 ? "," : "")).Raw("[\n").Sound(3)
            .Also("not_json", "", "the end of the file").Done();
        yield return new FileWriter("arrays.json", number => $"[{SoundRows.Pair(number)}]").Sound().Also("several_values", "", "a second array").Sound().Done();
        yield return new FileWriter("wrapped.json", number => "  " + SoundRows.Pair(number) + (number < 3 ? "," : "")).Also("wrapped_rows", "$.data", "\"data\"").Raw("{\"data\": [\n").Sound(3).Raw("]}\n").Done();
        yield return new FileWriter("pretty.json", number => SoundRows.Pair(number).Replace(",", ",\n  ", StringComparison.Ordinal)).Also("rows_over_lines", "", "several lines").Sound(3)
            .Fault("raw_control_character", "$.prompt", "byte", "{\"prompt\":\"a quote too few,\n  \"completion\":\"b\"}")
            .Fault("missing_field", "$.completion", "fields prompt", "{\"prompt\":\n\"a\"}").Done();
    }
}
