using System.Net;
using System.Text.Json;

namespace LoraMesh.NumericsTests.Inference;

public sealed class ChatWireTests : IAsyncLifetime
{
    private InferenceHost _host = null!;

    public async Task InitializeAsync() => _host = await InferenceHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Chat_Greedy_HasOpenAiShapeAndTheModelsOwnAnswer()
    {
        var (status, body) = await AskAsync(new { model = "tiny", messages = Question("hello"), temperature = 0, max_tokens = 12 });

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(["id", "object", "created", "model", "system_fingerprint", "choices", "usage"], Names(body));
        Assert.StartsWith("chatcmpl-", body.GetProperty("id").GetString(), StringComparison.Ordinal);
        Assert.Equal("chat.completion", body.GetProperty("object").GetString());
        Assert.Equal("tiny", body.GetProperty("model").GetString());
        var choice = Assert.Single(body.GetProperty("choices").EnumerateArray());
        Assert.Equal(["index", "message", "logprobs", "finish_reason"], Names(choice));
        Assert.Equal(["role", "content", "refusal"], Names(choice.GetProperty("message")));
        Assert.Equal("assistant", choice.GetProperty("message").GetProperty("role").GetString());
        Assert.Equal(JsonValueKind.Null, choice.GetProperty("logprobs").ValueKind);
        Assert.Equal("length", choice.GetProperty("finish_reason").GetString());
        Assert.Equal(GreedyReference.Chat(_host.ModelFolder, null, "hello", 12), choice.GetProperty("message").GetProperty("content").GetString());
        var usage = body.GetProperty("usage");
        // "<s>", "user\n" and "hello" byte by byte, "</s>", "<s>", "assistant\n".
        Assert.Equal(23, usage.GetProperty("prompt_tokens").GetInt32());
        Assert.Equal(12, usage.GetProperty("completion_tokens").GetInt32());
        Assert.Equal(35, usage.GetProperty("total_tokens").GetInt32());
    }

    [Fact]
    public async Task Chat_WithTextPartsAndDeveloperRole_ReadsThemAsOneTextAndSystem()
    {
        var parts = await ContentAsync(new
        {
            model = "tiny",
            temperature = 0,
            max_tokens = 8,
            messages = new object[] { new { role = "developer", content = "be brief" }, new { role = "user", content = new object[] { new { type = "text", text = "a" }, new { type = "text", text = "b" } } } },
        });

        Assert.Equal(GreedyReference.Text(_host.ModelFolder, null, "<s>system\nbe brief</s><s>user\na\nb</s><s>assistant\n", 8), parts);
    }

    [Fact]
    public async Task Chat_WhenTheEndTokenComes_StopsWithoutShowingIt()
    {
        var (_, body) = await AskAsync(new { model = "tiny", messages = Question("x"), logit_bias = new Dictionary<string, int> { ["257"] = 100 } });

        var choice = body.GetProperty("choices")[0];
        Assert.Equal("stop", choice.GetProperty("finish_reason").GetString());
        Assert.Equal("", choice.GetProperty("message").GetProperty("content").GetString());
        Assert.Equal(1, body.GetProperty("usage").GetProperty("completion_tokens").GetInt32());
    }

    [Fact]
    public async Task Chat_WithoutMaxTokens_EndsWithTheContext()
    {
        var (_, body) = await AskAsync(new { model = "tiny", messages = Question("x"), temperature = 0 });

        Assert.Equal("length", body.GetProperty("choices")[0].GetProperty("finish_reason").GetString());
        Assert.Equal(256, body.GetProperty("usage").GetProperty("total_tokens").GetInt32());
    }

    [Fact]
    public async Task Chat_WithAStopString_EndsBeforeItAndSaysStop()
    {
        var whole = await ContentAsync(new { model = "tiny", messages = Question("stop me"), temperature = 0, max_tokens = 60 });
        var stop = whole.Substring(20, 3);

        var (_, body) = await AskAsync(new { model = "tiny", messages = Question("stop me"), temperature = 0, max_tokens = 60, stop = new[] { stop, "never this" } });

        var choice = body.GetProperty("choices")[0];
        Assert.Equal(whole[..whole.IndexOf(stop, StringComparison.Ordinal)], choice.GetProperty("message").GetProperty("content").GetString());
        Assert.Equal("stop", choice.GetProperty("finish_reason").GetString());
    }

    [Fact]
    public async Task Chat_WithLogprobs_ScoresEveryTokenOfTheAnswer()
    {
        var (_, body) = await AskAsync(new { model = "tiny", messages = Question("score"), temperature = 0, max_tokens = 5, logprobs = true, top_logprobs = 3 });

        var choice = body.GetProperty("choices")[0];
        var places = choice.GetProperty("logprobs").GetProperty("content").EnumerateArray().ToList();
        Assert.Equal(5, places.Count);
        Assert.Equal(choice.GetProperty("message").GetProperty("content").GetString(), string.Concat(places.Select(place => place.GetProperty("token").GetString())));
        foreach (var place in places)
        {
            var top = place.GetProperty("top_logprobs").EnumerateArray().ToList();
            Assert.Equal(3, top.Count);
            Assert.Equal(place.GetProperty("token").GetString(), top[0].GetProperty("token").GetString());
            Assert.Equal(place.GetProperty("logprob").GetSingle(), top[0].GetProperty("logprob").GetSingle());
            Assert.True(top[0].GetProperty("logprob").GetSingle() >= top[1].GetProperty("logprob").GetSingle());
            Assert.Equal(place.GetProperty("token").GetString()![0], (char)Assert.Single(place.GetProperty("bytes").EnumerateArray()).GetByte());
        }
    }

    [Fact]
    public async Task Chat_WithAStopStringAndLogprobs_ScoresOnlyWhatIsShown()
    {
        var whole = await ContentAsync(new { model = "tiny", messages = Question("stop me"), temperature = 0, max_tokens = 40 });
        var stop = whole.Substring(10, 4);

        var (_, body) = await AskAsync(new { model = "tiny", messages = Question("stop me"), temperature = 0, max_tokens = 40, stop, logprobs = true });

        var choice = body.GetProperty("choices")[0];
        var scored = string.Concat(choice.GetProperty("logprobs").GetProperty("content").EnumerateArray().Select(place => place.GetProperty("token").GetString()));
        Assert.Equal(choice.GetProperty("message").GetProperty("content").GetString(), scored);
    }

    [Fact]
    public async Task Chat_WithASeed_IsRepeatableAndEachChoiceDiffers()
    {
        // The end token is kept from coming, so that each choice has its thirty tokens.
        var request = new { model = "tiny", messages = Question("dice"), temperature = 2, max_tokens = 30, n = 4, seed = 77, logit_bias = new Dictionary<string, int> { ["257"] = -100 } };

        var (_, first) = await AskAsync(request);
        var (_, second) = await AskAsync(request);

        var answers = first.GetProperty("choices").EnumerateArray().Select(choice => choice.GetProperty("message").GetProperty("content").GetString()).ToList();
        Assert.Equal(answers, second.GetProperty("choices").EnumerateArray().Select(choice => choice.GetProperty("message").GetProperty("content").GetString()));
        Assert.Equal(4, answers.Distinct().Count());
        Assert.Equal([0, 1, 2, 3], first.GetProperty("choices").EnumerateArray().Select(choice => choice.GetProperty("index").GetInt32()));
        Assert.Equal(120, first.GetProperty("usage").GetProperty("completion_tokens").GetInt32());
    }

    [Fact]
    public async Task Chat_WithoutASeed_DiffersFromRequestToRequest()
    {
        var request = new { model = "tiny", messages = Question("dice"), temperature = 2, max_tokens = 40 };

        Assert.NotEqual(await ContentAsync(request), await ContentAsync(request));
    }

    [Fact]
    public async Task Chat_WithUnknownFieldsAndNulls_IgnoresThem()
    {
        var (status, _) = await AskAsync(new
        {
            model = "tiny",
            messages = Question("x"),
            max_tokens = 1,
            stop = (string?)null,
            seed = (int?)null,
            tools = Array.Empty<object>(),
            response_format = new { type = "text" },
            parallel_tool_calls = true,
            service_tier = "auto",
            metadata = new { a = "b" },
            something_new = 1,
        });

        Assert.Equal(HttpStatusCode.OK, status);
    }

    [Fact]
    public async Task Chat_WithARequestId_EchoesItAndMakesOneOtherwise()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
        request.Headers.Add("x-request-id", "mine-1");

        using var echoed = await _host.Client.SendAsync(request);
        using var made = await _host.Client.GetAsync(new Uri("/v1/models", UriKind.Relative));

        Assert.Equal("mine-1", Assert.Single(echoed.Headers.GetValues("x-request-id")));
        Assert.StartsWith("req-", Assert.Single(made.Headers.GetValues("x-request-id")), StringComparison.Ordinal);
    }

    private static object[] Question(string text) => [new { role = "user", content = text }];

    private static IEnumerable<string> Names(JsonElement value) => value.EnumerateObject().Select(member => member.Name);

    private Task<(HttpStatusCode Status, JsonElement Body)> AskAsync(object request) => _host.PostAsync("/v1/chat/completions", request);

    private async Task<string> ContentAsync(object request)
    {
        var (status, body) = await AskAsync(request);
        Assert.Equal(HttpStatusCode.OK, status);
        return body.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!;
    }
}
