using System.Text.Json;

namespace LoraMesh.NumericsTests.Inference;

public sealed class ChatStreamTests : IAsyncLifetime
{
    private InferenceHost _host = null!;

    public async Task InitializeAsync() => _host = await InferenceHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Stream_OfAnAnswer_OpensWithTheRoleAndEndsWithReasonAndDone()
    {
        var events = await StreamAsync(new { model = "tiny", messages = Question("hello"), temperature = 0, max_tokens = 12, stream = true });

        Assert.Equal("[DONE]", events[^1]);
        var chunks = events.SkipLast(1).Select(data => JsonDocument.Parse(data).RootElement).ToList();
        Assert.All(chunks, chunk => Assert.Equal(["id", "object", "created", "model", "system_fingerprint", "choices"], chunk.EnumerateObject().Select(member => member.Name)));
        Assert.All(chunks, chunk => Assert.Equal("chat.completion.chunk", chunk.GetProperty("object").GetString()));
        Assert.Single(chunks.Select(chunk => chunk.GetProperty("id").GetString()).Distinct());
        Assert.Equal("""{"role":"assistant","content":""}""", Delta(chunks[0]).GetRawText());
        Assert.Equal("{}", Delta(chunks[^1]).GetRawText());
        Assert.Equal("length", chunks[^1].GetProperty("choices")[0].GetProperty("finish_reason").GetString());
        Assert.All(chunks.SkipLast(1), chunk => Assert.Equal(JsonValueKind.Null, chunk.GetProperty("choices")[0].GetProperty("finish_reason").ValueKind));
        Assert.Equal(GreedyReference.Chat(_host.ModelFolder, null, "hello", 12), Content(chunks));
    }

    [Fact]
    public async Task Stream_WithUsage_EndsWithTheCountsAndNoChoices()
    {
        var events = await StreamAsync(new { model = "tiny", messages = Question("hello"), temperature = 0, max_tokens = 3, stream = true, stream_options = new { include_usage = true } });

        var chunks = events.SkipLast(1).Select(data => JsonDocument.Parse(data).RootElement).ToList();
        Assert.All(chunks.SkipLast(1), chunk => Assert.Equal(JsonValueKind.Null, chunk.GetProperty("usage").ValueKind));
        Assert.Equal("[]", chunks[^1].GetProperty("choices").GetRawText());
        Assert.Equal(3, chunks[^1].GetProperty("usage").GetProperty("completion_tokens").GetInt32());
        Assert.Equal(26, chunks[^1].GetProperty("usage").GetProperty("total_tokens").GetInt32());
    }

    [Fact]
    public async Task Stream_WithAStopString_NeverShowsAPartOfIt()
    {
        var whole = GreedyReference.Chat(_host.ModelFolder, null, "stop me", 60);
        for (var start = 5; start < 45; start += 8)
        {
            var stop = whole.Substring(start, 6);

            var events = await StreamAsync(new { model = "tiny", messages = Question("stop me"), temperature = 0, max_tokens = 60, stream = true, stop });

            var chunks = events.SkipLast(1).Select(data => JsonDocument.Parse(data).RootElement).ToList();
            Assert.Equal(whole[..whole.IndexOf(stop, StringComparison.Ordinal)], Content(chunks));
            Assert.Equal("stop", chunks[^1].GetProperty("choices")[0].GetProperty("finish_reason").GetString());
        }
    }

    [Fact]
    public async Task Stream_OfSeveralChoices_EqualsTheWholeAnswersChoiceByChoice()
    {
        var (_, whole) = await _host.PostAsync("/v1/chat/completions", new { model = "tiny", messages = Question("dice"), temperature = 1.5, seed = 5, n = 3, max_tokens = 25, logprobs = true });

        var events = await StreamAsync(new { model = "tiny", messages = Question("dice"), temperature = 1.5, seed = 5, n = 3, max_tokens = 25, logprobs = true, stream = true });

        var chunks = events.SkipLast(1).Select(data => JsonDocument.Parse(data).RootElement).ToList();
        for (var index = 0; index < 3; index++)
        {
            var own = chunks.Where(chunk => chunk.GetProperty("choices")[0].GetProperty("index").GetInt32() == index).ToList();
            var expected = whole.GetProperty("choices")[index];
            Assert.Equal(expected.GetProperty("message").GetProperty("content").GetString(), Content(own));
            Assert.Equal(
                expected.GetProperty("logprobs").GetProperty("content").GetArrayLength(),
                own.Select(chunk => chunk.GetProperty("choices")[0].GetProperty("logprobs")).Where(scores => scores.ValueKind == JsonValueKind.Object).Sum(scores => scores.GetProperty("content").GetArrayLength()));
        }
    }

    private static JsonElement Delta(JsonElement chunk) => chunk.GetProperty("choices")[0].GetProperty("delta");

    private static string Content(IEnumerable<JsonElement> chunks) =>
        string.Concat(chunks.Select(chunk => Delta(chunk).TryGetProperty("content", out var content) ? content.GetString() : ""));

    private static object[] Question(string text) => [new { role = "user", content = text }];

    private Task<IReadOnlyList<string>> StreamAsync(object request) => _host.StreamAsync("/v1/chat/completions", request);
}
