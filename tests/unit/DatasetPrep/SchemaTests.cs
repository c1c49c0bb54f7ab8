using LoraMesh.DatasetPrep.Rows;

namespace LoraMesh.UnitTests.DatasetPrep;

public sealed class SchemaTests
{
    [Theory]
    [InlineData("""{"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Ho"}]}""", "user:Hi|assistant:Ho")]
    [InlineData("""{"messages":[{"role":"system","content":"Be kind"},{"role":"user","content":"Hi","name":"x"},{"role":"assistant","content":"Ho","tool_calls":null}],"id":7}""", "system:Be kind|user:Hi|assistant:Ho")]
    [InlineData("""{"messages":[{"role":"user","content":"1"},{"role":"assistant","content":"2"},{"role":"user","content":"3"},{"role":"assistant","content":"4"}]}""", "user:1|assistant:2|user:3|assistant:4")]
    [InlineData("""{"instruction":"Add","input":"1 2","output":"3"}""", "user:Add\n\n1 2|assistant:3")]
    [InlineData("""{"instruction":"Add","input":"","output":"3"}""", "user:Add|assistant:3")]
    [InlineData("""{"instruction":"Add","input":null,"output":"3"}""", "user:Add|assistant:3")]
    [InlineData("""{"instruction":"Add","output":"3","source":["x"]}""", "user:Add|assistant:3")]
    [InlineData("""{"prompt":" P ","completion":" C\n"}""", "user: P |assistant: C\n")]
    [InlineData("""{"question":"Q","answer":"A"}""", "user:Q|assistant:A")]
    [InlineData("""{"prompt":"left over","question":"Q","answer":"A"}""", "user:Q|assistant:A")]
    public void Row_OfEachSchema_BecomesAConversation(string row, string expected)
    {
        var scan = RowScan.Of("a.jsonl", row);

        Assert.Empty(scan.Problems);
        Assert.Equal(expected, string.Join('|', scan.Good.Single().Content.Turns.Select(message => $"{message.Role}:{message.Content}")));
    }

    [Fact]
    public void Row_AnySpelling_HasOneId()
    {
        var scan = RowScan.Of("a.jsonl", """
            {"messages":[{"role":"user","content":"Grüß 😀\n"},{"role":"assistant","content":"\"a\\b\""}]}
            { "extra": 1, "messages": [ { "content": "Gr\u00fc\u00df \ud83d\ude00\u000a", "role": "user" }, { "content": "\u0022a\u005cb\u0022", "role": "assistant" } ] }
            {"prompt":"Grüß 😀\n","completion":"\"a\\b\""}
            """);

        Assert.Equal(3, scan.Good.Count);
        Assert.Single(scan.Good.Select(row => row.Id).Distinct());
        Assert.Single(scan.Good.Select(row => row.Identity).Distinct());
    }

    [Fact]
    public void CanonicalRow_Written_IsTheDocumentedLine()
    {
        var row = RowScan.Of("a.jsonl", """{"prompt":"a\t\u0001\u007f😀","completion":"b/\""}""").Good.Single();
        var line = new System.Buffers.ArrayBufferWriter<byte>();

        CanonicalRow.WriteLine(line, row.Identity, row.Body, "sub/ä.jsonl", 12);

        // The id is the start of sha256sum of the messages as they stand here.
        Assert.Equal(
            "{\"id\":\"ID\",\"messages\":[{\"role\":\"user\",\"content\":\"a\\t\\u0001\u007f😀\"},{\"role\":\"assistant\",\"content\":\"b/\\\"\"}],\"source\":{\"file\":\"sub/ä.jsonl\",\"line\":12}}\n",
            System.Text.Encoding.UTF8.GetString(line.WrittenSpan).Replace(row.Id, "ID", StringComparison.Ordinal));
        Assert.Equal("071099550e61d7b0", row.Id);
    }

    [Theory]
    [InlineData("allOf")]
    [InlineData("anyOf")]
    public async Task ToolSchema_ThatRefersToItselfManyTimesOver_IsLeftAfterAWhile(string keyword)
    {
        var many = $"\"{keyword}\":[{string.Join(',', Enumerable.Repeat("""{"$ref":"#/$defs/a"}""", 12))}]";
        var parameters = """{"type":"object",MANY,"$defs":{"a":{MANY}}}""".Replace("MANY", many, StringComparison.Ordinal);
        var row = """{"messages":[{"role":"user","content":"Call"},{"role":"assistant","content":null,"tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{\"x\":1}"}}]},{"role":"tool","tool_call_id":"1","content":"1"},{"role":"assistant","content":"One"}],"tools":[{"type":"function","function":{"name":"f","parameters":"""
            + parameters + "}}]}";

        // Without a bound this takes years.
        var scan = await Task.Run(() => RowScan.Of("a.jsonl", row)).WaitAsync(TimeSpan.FromMinutes(1));

        Assert.Single(scan.Good);
        Assert.Empty(scan.Problems);
    }
}
