using System.Text;
using LoraMesh.DatasetPrep.Reading;

namespace LoraMesh.UnitTests.DatasetPrep;

public sealed class BrokenRowTests
{
    private const string GoodRow = """{"prompt":"2+2?","completion":"4"}""";

    // Kind, path, what the report must show, and the row itself.
    public static TheoryData<string, string, string, string> BrokenRows => new()
    {
        { "not_json", "", "byte 0, near hello", "hello" },
        { "truncated_row", "$.messages[0].content", "the row's end", """{"messages":[{"role":"user","content":"hi""" },
        { "trailing_comma", "", "byte 34, near ", """{"prompt":"a","completion":"bcde",}""" },
        { "single_quotes", "$.prompt", "'a'", """{"prompt":'a',"completion":"b"}""" },
        { "not_a_number", "$.completion", "near ", """{"prompt":"a","completion":NaN}""" },
        { "not_a_number", "$.score", "near ", """{"prompt":"a","completion":"b","score":-Infinity}""" },
        { "python_literal", "$.ok", "near ", """{"prompt":"a","completion":"b","ok":True}""" },
        { "python_literal", "$.ok", "near ", """{"prompt":"a","completion":"b","ok":None}""" },
        { "json_comment", "", "// both", """{"prompt":"a","completion":"b" // both""" + "}" },
        { "bad_escape", "$.prompt", "\\x41", """{"prompt":"\x41","completion":"b"}""" },
        { "not_json", "", "<p>", "<p>502 Bad Gateway</p>" },
        { "not_json", "", "near ", """{"prompt":"a","completion":"b"} trailing""" },
        { "raw_control_character", "$.prompt", "\\t", "{\"prompt\":\"a\tb\",\"completion\":\"b\"}" },
        { "not_an_object", "", "array [1,2]", "[1,2]" },
        { "not_an_object", "", "\"text\"", "\"text\"" },
        { "not_an_object", "", "number 17", "17" },
        { "not_an_object", "", "null", "null" },
        { "control_characters", "$.completion", "4\\u0000", """{"prompt":"2+2?","completion":"4\u0000"}""" },
        { "control_characters", "$.prompt", "a NUL byte at offset 49", "{\"prompt\":\"ab\0\",\"completion\":\"4\"}" },
        { "lone_surrogate", "$.completion", "\\ud83d", """{"prompt":"smile","completion":"\ud83d!"}""" },
        { "lone_surrogate", "$.extra", "\\udc00", """{"prompt":"smile","completion":"\ud83d\ude00","extra":"\udc00"}""" },
        { "duplicate_key", "$.completion", "a second \"completion\": \"5\"", """{"prompt":"2+2?","completion":"4","completion":"5"}""" },
        { "duplicate_key", "$.messages[0].role", "a second \"role\": \"user\"", """{"messages":[{"role":"user","role":"user","content":"a"},{"role":"assistant","content":"b"}]}""" },
        { "unknown_schema", "", "fields title", """{"title":"abc"}""" },
        { "no_assistant_turn", "$.conversations", "roles user", """{"conversations":[{"from":"human","value":"a"}]}""" },
        { "unknown_schema", "", "no fields", "{}" },
        { "missing_field", "$.completion", "fields prompt", """{"prompt":"a"}""" },
        { "missing_field", "$.question", "fields answer, note", """{"answer":"a","note":"b"}""" },
        { "missing_field", "$.instruction", "fields input, output", """{"input":"a","output":"b"}""" },
        { "missing_field", "$.messages[1].content", "fields role", """{"messages":[{"role":"user","content":"a"},{"role":"assistant"}]}""" },
        { "missing_field", "$.messages[0].role", "fields content", """{"messages":[{"content":"a"},{"role":"assistant","content":"b"}]}""" },
        { "scalar_as_text", "$.completion", "number 4", """{"prompt":"2+2?","completion":4}""" },
        { "null_value", "$.answer", "null", """{"question":"2+2?","answer":null}""" },
        { "wrong_type", "$.input", "array [1]", """{"instruction":"a","input":[1],"output":"b"}""" },
        { "wrong_type", "$.messages", "object {\"role\":\"user\"}", """{"messages":{"role":"user"}}""" },
        { "wrong_type", "$.messages[0]", "\"hello\"", """{"messages":["hello"]}""" },
        { "unsupported_part", "$.messages[0].content[1]", "object {\"type\"", """{"messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"image_url","image_url":{"url":"x"}}]},{"role":"assistant","content":"b"}]}""" },
        { "null_value", "$.messages[1].content", "null", """{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":null}]}""" },
        { "unsupported_field", "$.messages[1].weight", "number 0", """{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b","weight":0}]}""" },
        { "missing_field", "$.messages[1].tool_calls[0].function", "fields id", """{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b","tool_calls":[{"id":"1"}]}]}""" },
        { "empty_content", "$.prompt", "\"\"", """{"prompt":"","completion":"b"}""" },
        { "empty_content", "$.messages[1].content", "\" \\n\"", """{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":" \n"}]}""" },
        { "empty_conversation", "$.messages", "an empty array", """{"messages":[]}""" },
        { "unknown_role", "$.messages[1].role", "\"narrator\"", """{"messages":[{"role":"user","content":"a"},{"role":"narrator","content":"b"}]}""" },
        { "consecutive_turns", "$.messages[1].role", "user", """{"messages":[{"role":"user","content":"a"},{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}""" },
        { "role_order", "$.messages[0].role", "assistant", """{"messages":[{"role":"assistant","content":"a"},{"role":"user","content":"b"},{"role":"assistant","content":"b"}]}""" },
        { "system_not_first", "$.messages[2].role", "system", """{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"system","content":"c"}]}""" },
        { "no_assistant_turn", "$.messages", "roles system, user", """{"messages":[{"role":"system","content":"a"},{"role":"user","content":"b"}]}""" },
        { "last_turn_not_assistant", "$.messages[2].role", "user", """{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"user","content":"c"}]}""" },
    };

    [Theory]
    [MemberData(nameof(BrokenRows))]
    public void Row_Broken_IsLocatedAndItsNeighboursKept(string kind, string path, string found, string row)
    {
        var scan = RowScan.Of("faq/rows.jsonl", $"{GoodRow}\n\n{row}\n{GoodRow}\n");

        var problem = Assert.Single(scan.Problems);
        Assert.Equal(("faq/rows.jsonl", 3, path, kind), (problem.File, problem.Line, problem.Path, problem.Kind));
        Assert.Contains(found, problem.Found, StringComparison.Ordinal);
        Assert.InRange(problem.Found.Length, 1, 80);
        Assert.NotEmpty(problem.Expected);
        Assert.NotEmpty(problem.Suggestion);
        Assert.Equal([1, 4], scan.GoodLines);
        Assert.Equal(3, scan.RowsRead);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Row_TooDeep_IsNotJson(int repeats)
    {
        var nested = new string('[', 30 * repeats) + new string(']', 30 * repeats);

        var scan = RowScan.Of("a.jsonl", $$"""{"prompt":"a","completion":"b","extra":{{nested}}}""");

        Assert.Equal(repeats == 1 ? [] : ["too_deep"], scan.Problems.Select(problem => problem.Kind));
    }

    [Fact]
    public void Row_NotUtf8_IsLocatedByByteOfTheFile()
    {
        byte[] content = [.. Encoding.UTF8.GetBytes(GoodRow + "\n{\"prompt\":\"caf"), 0xE9, .. "\",\"completion\":\"4\"}\n"u8];

        var scan = RowScan.Of("latin1.jsonl", content);

        var problem = Assert.Single(scan.Problems);
        Assert.Equal(("not_utf8", 2, "$.prompt"), (problem.Kind, problem.Line, problem.Path));
        Assert.StartsWith($"byte 0xE9 at offset {GoodRow.Length + 1 + 14} of the file; as Windows-1252: ", problem.Found, StringComparison.Ordinal);
        Assert.Contains("café", problem.Found, StringComparison.Ordinal);
        Assert.Equal([1], scan.GoodLines);
    }

    [Fact]
    public void Row_TooManyBytes_IsPassedOverWithoutItsNeighbours()
    {
        var longRow = $$"""{"prompt":"a","completion":"{{new string('x', RawRow.MaxBytes)}}"}""";

        var scan = RowScan.Of("long.jsonl", $"{GoodRow}\n{longRow}\r\n{GoodRow}\n{longRow}");

        Assert.Equal([("line_too_long", 2), ("line_too_long", 4)], scan.Problems.Select(problem => (problem.Kind, problem.Line)));
        Assert.StartsWith("4,194,3", scan.Problems[0].Found, StringComparison.Ordinal);
        Assert.Equal([1, 3], scan.GoodLines);
        Assert.Equal(4, scan.RowsRead);
    }

    [Fact]
    public void Row_SeveralThingsWrong_TellsEach()
    {
        var scan = RowScan.Of("a.jsonl", """{"messages":[{"role":"human","content":"a"},{"role":"assistant","content":""},7]}""");

        Assert.Equal(
            [("role_alias", "$.messages[0].role"), ("empty_content", "$.messages[1].content"), ("wrong_type", "$.messages[2]")],
            scan.Problems.Select(problem => (problem.Kind, problem.Path)));
    }

    [Fact]
    public void Row_ManyThingsWrong_TellsTen()
    {
        var scan = RowScan.Of("a.jsonl", $$"""{"messages":[{{string.Join(',', Enumerable.Range(0, 500))}}]}""");

        Assert.Equal(10, scan.Problems.Count);
    }

    [Fact]
    public void Found_LongOrWithControlCharacters_IsShortAndOnOneLine()
    {
        var scan = RowScan.Of("a.jsonl", $$"""{"messages":[{"role":"{{new string('é', 100)}}\u0007","content":"a"}]}""" + "\n" + """{"messages":[{"role":"a\u001b\u0085\n","content":"a"}]}""");

        Assert.Equal($"\"{new string('é', 78)}…", scan.Problems[0].Found);
        Assert.Equal("\"a\\u001b\\u0085\\n\"", scan.Problems[1].Found);
    }
}
