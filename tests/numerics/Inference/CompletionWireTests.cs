using System.Net;
using System.Text.Json;

namespace LoraMesh.NumericsTests.Inference;

public sealed class CompletionWireTests : IAsyncLifetime
{
    private InferenceHost _host = null!;

    public async Task InitializeAsync() => _host = await InferenceHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Completion_OfText_HasOpenAiShapeAndTheModelsOwnContinuation()
    {
        var (status, body) = await _host.PostAsync("/v1/completions", new { model = "tiny", prompt = "once upon", temperature = 0 });

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("text_completion", body.GetProperty("object").GetString());
        var choice = Assert.Single(body.GetProperty("choices").EnumerateArray());
        Assert.Equal(["text", "index", "logprobs", "finish_reason"], choice.EnumerateObject().Select(member => member.Name));
        // 16 tokens unless said otherwise, as OpenAI has it.
        Assert.Equal(GreedyReference.Text(_host.ModelFolder, null, "once upon", 16), choice.GetProperty("text").GetString());
        Assert.Equal(9, body.GetProperty("usage").GetProperty("prompt_tokens").GetInt32());
    }

    [Fact]
    public async Task Completion_OfSeveralPromptsAsTextsOrIds_NumbersTheChoicesPromptByPrompt()
    {
        var (_, texts) = await _host.PostAsync("/v1/completions", new { model = "tiny", prompt = new[] { "ab", "zz" }, n = 2, temperature = 0, max_tokens = 6 });
        var (_, ids) = await _host.PostAsync("/v1/completions", new { model = "tiny", prompt = new[] { new[] { 97, 98 }, [122, 122] }, n = 2, temperature = 0, max_tokens = 6 });

        var (ab, zz) = (GreedyReference.Text(_host.ModelFolder, null, "ab", 6), GreedyReference.Text(_host.ModelFolder, null, "zz", 6));
        Assert.NotEqual(ab, zz);
        Assert.Equal([ab, ab, zz, zz], Texts(texts));
        Assert.Equal([ab, ab, zz, zz], Texts(ids));
    }

    [Fact]
    public async Task Completion_WithLogprobs_GivesParallelArraysWithOffsets()
    {
        var (_, body) = await _host.PostAsync("/v1/completions", new { model = "tiny", prompt = "q", temperature = 0, max_tokens = 4, logprobs = 2 });

        var scores = body.GetProperty("choices")[0].GetProperty("logprobs");
        Assert.Equal([0, 1, 2, 3], scores.GetProperty("text_offset").EnumerateArray().Select(offset => offset.GetInt32()));
        Assert.Equal(Texts(body)[0], string.Concat(scores.GetProperty("tokens").EnumerateArray().Select(token => token.GetString())));
        Assert.Equal(4, scores.GetProperty("token_logprobs").GetArrayLength());
        Assert.All(scores.GetProperty("top_logprobs").EnumerateArray(), place => Assert.Equal(2, place.EnumerateObject().Count()));
    }

    [Fact]
    public async Task Stream_OfACompletion_GivesTheSameTextAndItsReason()
    {
        var events = await _host.StreamAsync("/v1/completions", new { model = "tiny", prompt = "once", temperature = 0, max_tokens = 7, stream = true });

        Assert.Equal("[DONE]", events[^1]);
        var chunks = events.SkipLast(1).Select(data => JsonDocument.Parse(data).RootElement.GetProperty("choices")[0]).ToList();
        Assert.Equal(GreedyReference.Text(_host.ModelFolder, null, "once", 7), string.Concat(chunks.Select(chunk => chunk.GetProperty("text").GetString())));
        Assert.Equal("length", chunks[^1].GetProperty("finish_reason").GetString());
    }

    private static List<string?> Texts(JsonElement body) =>
        [.. body.GetProperty("choices").EnumerateArray().Select(choice => choice.GetProperty("text").GetString())];
}
