using LoraMesh.Inference.Tools;

namespace LoraMesh.NumericsTests.Inference;

public sealed class ToolCallReaderTests
{
    public static TheoryData<string, string, string, string> Answers => new()
    {
        { "hermes", "Hello <b> there", "Hello <b> there", "" },
        { "hermes", "<tool_call>\n{\"name\": \"f\", \"arguments\": {\"a\": \"}{\\\"é\"}}\n</tool_call>", "", "f({\"a\": \"}{\\\"é\"})" },
        { "hermes", "Let me see.\n\n<tool_call>{\"name\": \"f\", \"arguments\": {}}</tool_call>\n<tool_call>\n{\"arguments\": {\"x\": [1, {\"y\": 2}]}, \"name\": \"g\"}\n</tool_call>\n", "Let me see.", "f({});g({\"x\": [1, {\"y\": 2}]})" },
        { "hermes", "<tool_call>\n{\"name\": \"f\"}\n</tool_call>", "", "f({})" },
        { "hermes", "<tool_call>\n{\"name\": \"f\", \"arguments\": {\"a\": 1", "", "f({\"a\": 1)" },
        { "hermes", "<tool_call>{\"nam", "{\"nam", "" },
        { "hermes", "<tool_call>{nonsense} and more", "{nonsense} and more", "" },
        { "hermes", "a <tool_cal", "a <tool_cal", "" },
        { "llama", "{\"name\": \"f\", \"parameters\": {\"q\": \"x\"}}", "", "f({\"q\": \"x\"})" },
        { "llama", "<|python_tag|>{\"name\": \"f\", \"parameters\": {}}; {\"name\": \"g\", \"parameters\": {\"b\": true}}", "", "f({});g({\"b\": true})" },
        { "llama", "I say {\"name\": \"f\"}", "I say {\"name\": \"f\"}", "" },
        { "llama", "{\"answer\": 42}", "{\"answer\": 42}", "" },
        { "mistral", "[TOOL_CALLS] [{\"name\": \"f\", \"arguments\": {\"a\": [1, 2]}}, {\"name\": \"g\", \"arguments\": {}}]", "", "f({\"a\": [1, 2]});g({})" },
        { "mistral", "Sure. [1, 2]", "Sure. [1, 2]", "" },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public void Answer_CutIntoPiecesAnywhere_IsToldFromItsCalls(string format, string answer, string text, string calls)
    {
        var written = format switch { "hermes" => ToolFormat.Hermes, "llama" => ToolFormat.Llama3, _ => ToolFormat.Mistral };
        foreach (var size in new[] { 1, 2, 3, 7, 1_000 })
        {
            var reader = new ToolCallReader(written);
            var pieces = answer.Chunk(size).SelectMany(piece => reader.Push(new string(piece))).ToList();
            pieces.AddRange(reader.Flush());

            Assert.Equal(text, string.Concat(pieces.Where(piece => piece.Call < 0).Select(piece => piece.Text)));
            Assert.Equal(calls, string.Join(';', pieces.Where(piece => piece.Call >= 0).GroupBy(piece => piece.Call).Select(Show)));
        }
    }

    [Fact]
    public void Arguments_AreGivenAsTheyCome()
    {
        var reader = new ToolCallReader(ToolFormat.Hermes);

        var pieces = new[] { "<tool_call>{\"name\": \"f\", \"arg", "uments\": {\"a\"", ": 1", "2}", "}</tool_call>" }.Select(reader.Push).ToList();

        Assert.Equal([0, 2, 1, 1, 0], pieces.Select(some => some.Count));
        Assert.Equal(["", "{\"a\"", ": 1", "2}"], pieces.SelectMany(some => some).Select(piece => piece.Text));
    }

    private static string Show(IEnumerable<ToolCallPiece> call)
    {
        var pieces = call.ToList();
        Assert.NotNull(pieces[0].Id);
        Assert.All(pieces.Skip(1), piece => Assert.True(piece.Id is null && piece.Name is null));
        return $"{pieces[0].Name}({string.Concat(pieces.Select(piece => piece.Text))})";
    }
}
