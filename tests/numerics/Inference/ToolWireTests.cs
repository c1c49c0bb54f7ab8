using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LoraMesh.NumericsTests.Inference;

/// <summary>Tools over the wire: what the template sees of them, and what of the answer is a call.</summary>
public sealed class ToolWireTests : IAsyncLifetime
{
    private const string Tools = """
        [{"type": "function", "function": {"name": "weather", "description": "d", "parameters": {"type": "object", "properties": {"city": {"enum": ["Bonn", "Köln"]}}, "required": ["city"], "additionalProperties": false}}},
         {"type": "function", "function": {"name": "now"}}]
        """;

    // Hermes' words around a call, and everything that was sent, so that prompts can be read back from their lengths.
    private const string Template = """
        {%- if tools %}<tool_call>{% for tool in tools %}{{ tool.function.name }};{% endfor %}{% endif -%}
        {%- for message in messages %}<s>{{ message.role }}
        {{ message.content }}{% for call in message.tool_calls or [] %}{{ call.function.name }}{{ call.function.arguments | tojson }}{% endfor %}{{ message.tool_call_id or '' }}</s>{% endfor %}<s>assistant
        """;

    private InferenceHost _host = null!;

    public async Task InitializeAsync() => _host = await InferenceHost.StartAsync(template: Template, context: 1024);

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("\"required\"", "weather|now")]
    [InlineData("""{"type": "function", "function": {"name": "weather"}}""", "weather")]
    [InlineData("""{"type": "function", "function": {"name": "now"}}""", "now")]
    public async Task Choice_ThatForcesACall_GetsOneThatFitsItsSchema(string choice, string names)
    {
        for (var seed = 0; seed < 6; seed++)
        {
            var answer = (await AskAsync($$"""{"tools": {{Tools}}, "tool_choice": {{choice}}, "parallel_tool_calls": false, "seed": {{seed}}, "temperature": 1.5}""")).GetProperty("choices")[0];

            Assert.Equal("tool_calls", answer.GetProperty("finish_reason").GetString());
            var message = answer.GetProperty("message");
            Assert.Equal(["role", "content", "refusal", "tool_calls"], message.EnumerateObject().Select(member => member.Name));
            Assert.Equal(JsonValueKind.Null, message.GetProperty("content").ValueKind);
            var call = Assert.Single(message.GetProperty("tool_calls").EnumerateArray());
            Assert.Equal("function", call.GetProperty("type").GetString());
            Assert.StartsWith("call_", call.GetProperty("id").GetString(), StringComparison.Ordinal);
            var name = call.GetProperty("function").GetProperty("name").GetString();
            Assert.Contains(name, names.Split('|'));
            var arguments = JsonNode.Parse(call.GetProperty("function").GetProperty("arguments").GetString()!)!.AsObject();
            Assert.Equal(name == "weather" ? ["city"] : [], arguments.Select(member => member.Key));
        }
    }

    [Fact]
    public async Task Calls_InParallel_AreSeveralAndStreamedWithIdAndNameFirst()
    {
        var request = $$"""{"tools": {{Tools}}, "tool_choice": "required", "seed": 3, "temperature": 1.5, "max_tokens": 600}""";
        var whole = (await AskAsync(request)).GetProperty("choices")[0];

        var body = Body(request);
        body["stream"] = true;
        var events = await _host.StreamAsync("/v1/chat/completions", body);

        var choices = events.SkipLast(1).Select(data => JsonDocument.Parse(data).RootElement.GetProperty("choices")[0]).ToList();
        var deltas = choices.Select(choice => choice.GetProperty("delta")).Where(delta => delta.TryGetProperty("tool_calls", out _)).Select(delta => delta.GetProperty("tool_calls")[0]).ToList();
        var streamed = deltas.GroupBy(delta => delta.GetProperty("index").GetInt32()).Select(call =>
        {
            var pieces = call.ToList();
            Assert.Equal(["index", "id", "type", "function"], pieces[0].EnumerateObject().Select(member => member.Name));
            Assert.All(pieces.Skip(1), piece => Assert.Equal(["index", "function"], piece.EnumerateObject().Select(member => member.Name)));
            return pieces[0].GetProperty("function").GetProperty("name").GetString() + string.Concat(pieces.Select(piece => piece.GetProperty("function").GetProperty("arguments").GetString()));
        });
        Assert.Equal(whole.GetProperty("message").GetProperty("tool_calls").EnumerateArray().Select(call => call.GetProperty("function").GetProperty("name").GetString() + call.GetProperty("function").GetProperty("arguments").GetString()), streamed);
        Assert.Equal(whole.GetProperty("finish_reason").GetString(), choices[^1].GetProperty("finish_reason").GetString());
        Assert.True(deltas.Count > 2, "the arguments came in one piece");
    }

    [Fact]
    public async Task Choice_None_HidesTheToolsFromTheModel()
    {
        var without = await AskAsync("""{"max_tokens": 1}""");
        var none = await AskAsync($$"""{"tools": {{Tools}}, "tool_choice": "none", "max_tokens": 1}""");
        var auto = await AskAsync($$"""{"tools": {{Tools}}, "max_tokens": 1}""");

        Assert.Equal(Prompt(without), Prompt(none));
        Assert.Equal(Prompt(without) + "<tool_call>weather;now;".Length, Prompt(auto));
        Assert.Equal("length", auto.GetProperty("choices")[0].GetProperty("finish_reason").GetString());
    }

    [Fact]
    public async Task Messages_OfCallsAndTheirAnswers_ReachTheTemplate()
    {
        var plain = await AskAsync("""{"max_tokens": 1}""");

        var talk = await AskAsync("""
            {"max_tokens": 1, "messages": [{"role": "user", "content": "x"},
             {"role": "assistant", "content": null, "tool_calls": [{"id": "call_1", "type": "function", "function": {"name": "f", "arguments": "{\"a\":1}"}}]},
             {"role": "tool", "tool_call_id": "call_1", "content": [{"type": "text", "text": "ok"}]}]}
            """);

        Assert.Equal(Prompt(plain) + 1 + "assistant\nf{\"a\": 1}".Length + 1 + 1 + "tool\nokcall_1".Length + 1, Prompt(talk));
    }

    [Theory]
    [InlineData("""{"tools": {}}""", "tools")]
    [InlineData("""{"tools": [{"type": "web_search"}]}""", "tools[0].type")]
    [InlineData("""{"tools": [{"type": "function"}]}""", "tools[0].function")]
    [InlineData("""{"tools": [{"type": "function", "function": {"name": "a b"}}]}""", "tools[0].function.name")]
    [InlineData("""{"tools": [{"type": "function", "function": {"name": "a", "parameters": 3}}]}""", "tools[0].function.parameters")]
    [InlineData("""{"tools": [{"type": "function", "function": {"name": "a"}}, {"type": "function", "function": {"name": "a"}}]}""", "tools")]
    [InlineData("""{"tools": [{"type": "function", "function": {"name": "a", "parameters": {"not": {}}}}], "tool_choice": "required"}""", "tools[0].function.parameters.not")]
    [InlineData("""{"tools": [{"type": "function", "function": {"name": "a"}}], "tool_choice": "any"}""", "tool_choice")]
    [InlineData("""{"tools": [{"type": "function", "function": {"name": "a"}}], "tool_choice": {"type": "function", "function": {"name": "b"}}}""", "tool_choice.function.name")]
    [InlineData("""{"tools": [{"type": "function", "function": {"name": "a"}}], "tool_choice": "required", "response_format": {"type": "json_object"}}""", "response_format")]
    [InlineData("""{"tool_choice": "required"}""", "tool_choice")]
    [InlineData("""{"messages": [{"role": "user", "content": "x", "tool_calls": [{}]}]}""", "messages[0].tool_calls")]
    [InlineData("""{"messages": [{"role": "assistant", "tool_calls": [{}]}]}""", "messages[0].tool_calls[0]")]
    [InlineData("""{"messages": [{"role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": "[1]"}}]}]}""", "messages[0].tool_calls[0].function.arguments")]
    [InlineData("""{"messages": [{"role": "tool", "content": "x"}]}""", "messages[0].tool_call_id")]
    public async Task Request_WithBadTools_Gives400AndNamesThePlace(string fields, string param)
    {
        var (status, body) = await _host.PostAsync("/v1/chat/completions", Body(fields));

        Assert.True(status == HttpStatusCode.BadRequest, body.GetRawText());
        Assert.Equal(param, body.GetProperty("error").GetProperty("param").GetString());
    }

    [Fact]
    public async Task Tools_WhereTheTemplateKnowsNone_AreRefused()
    {
        await using var host = await InferenceHost.StartAsync();

        var (status, body) = await host.PostAsync("/v1/chat/completions", Body($$"""{"tools": {{Tools}}}"""));

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("tools", body.GetProperty("error").GetProperty("param").GetString());
    }

    private static int Prompt(JsonElement body) => body.GetProperty("usage").GetProperty("prompt_tokens").GetInt32();

    private static JsonObject Body(string fields)
    {
        var body = JsonNode.Parse(fields)!.AsObject();
        body["model"] = "tiny";
        body["messages"] ??= new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "x" });
        return body;
    }

    private async Task<JsonElement> AskAsync(string fields)
    {
        var (status, body) = await _host.PostAsync("/v1/chat/completions", Body(fields));
        Assert.True(status == HttpStatusCode.OK, body.GetRawText());
        return body;
    }
}
