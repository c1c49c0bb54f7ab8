using System.Net;
using System.Text.Json;

namespace LoraMesh.NumericsTests.Inference;

public sealed class RequestTimeoutTests
{
    [Fact]
    public async Task Answer_ThatTakesTooLong_EndsWithAnErrorWholeOrStreamed()
    {
        await using var host = await InferenceHost.StartAsync(options => options.RequestTimeout = TimeSpan.FromSeconds(1), context: 200_000);
        var engine = (await host.LoadAsync()).Engine;
        object Ask(bool stream) => new { model = "tiny", prompt = "x", max_tokens = 190_000, temperature = 0, stream };

        var (status, body) = await host.PostAsync("/v1/completions", Ask(stream: false));
        var events = await host.StreamAsync("/v1/completions", Ask(stream: true));

        Assert.Equal(HttpStatusCode.RequestTimeout, status);
        Assert.Equal("request_timeout", body.GetProperty("error").GetProperty("code").GetString());
        Assert.Equal("request_timeout", JsonDocument.Parse(events[^1]).RootElement.GetProperty("error").GetProperty("code").GetString());
        await engine.RunAsync(_ => 0);
        Assert.Equal((0, 0), (engine.Running, engine.Waiting));
    }
}
