using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LoraMesh.NumericsTests.Inference;

public sealed class RequestErrorTests(RequestErrorTests.Host shared) : IClassFixture<RequestErrorTests.Host>
{
    private const string Good = """{"model": "tiny", "messages": [{"role": "user", "content": "x"}], "max_tokens": 1}""";

    // What is set in a good request, and which field the refusal must name.
    public static TheoryData<string, string, string> BadFields => new()
    {
        { "messages", "[]", "messages" },
        { "messages", "\"hi\"", "messages" },
        { "messages", "[\"hi\"]", "messages[0]" },
        { "messages", """[{"content": "x"}]""", "messages[0].role" },
        { "messages", """[{"role": "robot", "content": "x"}]""", "messages[0].role" },
        { "messages", """[{"role": "robot", "content": "x"}]""", "messages[0].role" },
        { "messages", """[{"role": "user"}]""", "messages[0].content" },
        { "messages", """[{"role": "user", "content": 3}]""", "messages[0].content" },
        { "messages", """[{"role": "user", "content": "\ud83d"}]""", "messages[0].content" },
        { "messages", """[{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}]""", "messages[0].content[0].type" },
        { "messages", """[{"role": "user", "content": [{"type": "text"}]}]""", "messages[0].content[0].text" },
        { "messages", """[{"role": "assistant", "content": "x", "tool_calls": [{}]}]""", "messages[0].tool_calls[0]" },
        { "model", "7", "model" },
        { "model", "null", "model" },
        { "temperature", "2.5", "temperature" },
        { "temperature", "\"hot\"", "temperature" },
        { "top_p", "-0.1", "top_p" },
        { "top_k", "-2", "top_k" },
        { "min_p", "2", "min_p" },
        { "presence_penalty", "3", "presence_penalty" },
        { "frequency_penalty", "-3", "frequency_penalty" },
        { "repetition_penalty", "0", "repetition_penalty" },
        { "max_tokens", "0", "max_tokens" },
        { "max_tokens", "1.5", "max_tokens" },
        { "max_completion_tokens", "-1", "max_completion_tokens" },
        { "n", "5", "n" },
        { "n", "0", "n" },
        { "seed", "\"a\"", "seed" },
        { "stop", "[\"a\",\"b\",\"c\",\"d\",\"e\"]", "stop" },
        { "stop", "\"\"", "stop" },
        { "stop", "7", "stop" },
        { "stream", "\"yes\"", "stream" },
        { "stream_options", """{"include_usage": true}""", "stream_options" },
        { "logprobs", "1", "logprobs" },
        { "top_logprobs", "3", "top_logprobs" },
        { "top_logprobs", "21", "top_logprobs" },
        { "logit_bias", """{"a": 1}""", "logit_bias" },
        { "logit_bias", """{"5": 101}""", "5" },
        { "logit_bias", """{"260": 1}""", "logit_bias" },
        { "tool_choice", "\"required\"", "tool_choice" },
        { "response_format", """{"type": "json_schema", "json_schema": {}}""", "response_format.json_schema.name" },
        { "functions", "[{}]", "functions" },
        { "modalities", """["text", "audio"]""", "modalities" },
        { "guided_grammar", "\"a+\"", "guided_grammar" },
        { "reasoning_effort", "\"high\"", "reasoning_effort" },
    };

    [Theory]
    [MemberData(nameof(BadFields))]
    public async Task Chat_WithABadField_Gives400AndNamesIt(string field, string value, string param)
    {
        var request = JsonNode.Parse(Good)!.AsObject();
        // Written as text, so that half a surrogate pair gets through as it is.
        var text = request.ToJsonString().Insert(1, $"\"{field}\":{value},");
        text = request.Remove(field) ? request.ToJsonString().Insert(1, $"\"{field}\":{value},") : text;

        var (status, error) = await PostAsync("/v1/chat/completions", text);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("invalid_request_error", error.GetProperty("type").GetString());
        Assert.Equal(param, error.GetProperty("param").GetString());
        Assert.False(string.IsNullOrWhiteSpace(error.GetProperty("message").GetString()));
        Assert.True(error.TryGetProperty("code", out _));
    }

    [Theory]
    [InlineData("/v1/chat/completions")]
    [InlineData("/v1/completions")]
    public async Task Body_ThatIsNoJsonObject_Gives400AndSaysWhere(string path)
    {
        var (status, error) = await PostAsync(path, "{\n\"model\": }");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("line 2", error.GetProperty("message").GetString(), StringComparison.Ordinal);

        (status, _) = await PostAsync(path, "[]");
        Assert.Equal(HttpStatusCode.BadRequest, status);

        (status, _) = await PostAsync(path, "");
        Assert.Equal(HttpStatusCode.BadRequest, status);
    }

    [Theory]
    [InlineData("""{"model": "tiny"}""", "prompt")]
    [InlineData("""{"model": "tiny", "prompt": 5}""", "prompt")]
    [InlineData("""{"model": "tiny", "prompt": ""}""", "prompt")]
    [InlineData("""{"model": "tiny", "prompt": [1, 400]}""", "prompt")]
    [InlineData("""{"model": "tiny", "prompt": [1, -4]}""", "prompt[1]")]
    [InlineData("""{"model": "tiny", "prompt": ["a", 4]}""", "prompt[1]")]
    [InlineData("""{"model": "tiny", "prompt": ["a", "b", "c"], "n": 2}""", "prompt")]
    [InlineData("""{"model": "tiny", "prompt": "a", "logprobs": 6}""", "logprobs")]
    [InlineData("""{"model": "tiny", "prompt": "a", "best_of": 3}""", "best_of")]
    [InlineData("""{"model": "tiny", "prompt": "a", "echo": true, "logprobs": 1}""", "echo")]
    [InlineData("""{"model": "tiny", "prompt": "a", "suffix": "b"}""", "suffix")]
    public async Task Completion_WithABadField_Gives400AndNamesIt(string body, string param)
    {
        var (status, error) = await PostAsync("/v1/completions", body);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(param, error.GetProperty("param").GetString());
    }

    [Fact]
    public async Task Chat_OfAnUnknownModel_Gives404AndListsWhatThereIs()
    {
        var (status, error) = await PostAsync("/v1/chat/completions", Good.Replace("tiny", "nobody", StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Equal("model_not_found", error.GetProperty("code").GetString());
        Assert.Equal("model", error.GetProperty("param").GetString());
        Assert.Contains("tiny", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chat_LongerThanTheContext_Gives400WithBothNumbers()
    {
        var (status, error) = await PostAsync("/v1/chat/completions", Good.Replace("\"x\"", $"\"{new string('y', 300)}\"", StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("context_length_exceeded", error.GetProperty("code").GetString());
        Assert.Equal("messages", error.GetProperty("param").GetString());
        Assert.Contains("318 tokens", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Contains("256", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chat_LargerThanTheLimit_Gives413()
    {
        var (status, error) = await PostAsync("/v1/chat/completions", Good.Replace("\"x\"", $"\"{new string('y', 70_000)}\"", StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
        Assert.Contains("65536", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chat_WhoseTemplateRaisesAnError_Gives400WithItsWords()
    {
        await using var host = await InferenceHost.StartAsync(template: "{{ raise_exception('no such talk') }}");
        using var content = new StringContent(Good, Encoding.UTF8, "application/json");

        using var response = await host.Client.PostAsync(new Uri("/v1/chat/completions", UriKind.Relative), content);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("no such talk", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private async Task<(HttpStatusCode Status, JsonElement Error)> PostAsync(string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await shared.Value.Client.PostAsync(new Uri(path, UriKind.Relative), content);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        using var document = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return (response.StatusCode, document.RootElement.GetProperty("error").Clone());
    }

    /// <summary>One service for all of these requests: none of them changes anything.</summary>
    public sealed class Host : IAsyncLifetime
    {
        internal InferenceHost Value { get; private set; } = null!;

        public async Task InitializeAsync() => Value = await InferenceHost.StartAsync(options => options.MaxRequestBytes = 65_536);

        public async Task DisposeAsync() => await Value.DisposeAsync();
    }
}
