using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace LoraMesh.NumericsTests.Inference;

public sealed class OverloadTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Client_ThatGoesAway_StopsItsGeneration(bool stream)
    {
        await using var host = await InferenceHost.StartAsync(context: 32_768);
        var admitted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var left = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        var engine = (await host.LoadAsync()).Engine;
        using var listener = Listen(host, () => admitted.TrySetResult(), tokens => left.TrySetResult(tokens));
        using var leave = new CancellationTokenSource();
        using var request = Long(stream);

        var sending = host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, leave.Token);
        if (stream)
        {
            using var response = await sending;
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
        else
        {
            await admitted.Task;
            await leave.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        }

        Assert.InRange(await left.Task.WaitAsync(TimeSpan.FromSeconds(60)), 0, 32_000);
        await engine.RunAsync(_ => 0);
        Assert.Equal(0, engine.Running);
    }

    [Fact]
    public async Task Line_ThatIsFull_Gives429AndSaysWhenToComeBack()
    {
        await using var host = await InferenceHost.StartAsync(options => (options.MaxBatchSize, options.MaxWaitingRequests, options.RetryAfter) = (1, 1, TimeSpan.FromSeconds(7)), context: 4096);
        using var first = Long(stream: true);
        using var running = await host.Client.SendAsync(first, HttpCompletionOption.ResponseHeadersRead);

        // Of two that come at once, one gets the only place in line and waits; the other is sent away.
        var others = new[] { Short(host), Short(host) };
        using var refused = await await Task.WhenAny(others);

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(7), refused.Headers.RetryAfter?.Delta);
        var error = (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error");
        Assert.Equal("rate_limit_exceeded", error.GetProperty("code").GetString());
        running.Dispose();
        var statuses = (await Task.WhenAll(others)).Select(response => response.StatusCode).Order();
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.TooManyRequests], statuses);
    }

    [Fact]
    public async Task Stream_ThatIsSilentForLong_IsKeptOpenByComments()
    {
        await using var host = await InferenceHost.StartAsync(options => (options.MaxBatchSize, options.StreamPing) = (1, TimeSpan.FromMilliseconds(100)), context: 4096);
        using var first = Long(stream: true);
        using var running = await host.Client.SendAsync(first, HttpCompletionOption.ResponseHeadersRead);
        using var second = Long(stream: true);

        using var waiting = await host.Client.SendAsync(second, HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await waiting.Content.ReadAsStreamAsync());

        Assert.Equal(": ping", await lines.ReadLineAsync());
        running.Dispose();
        string? line;
        do
        {
            line = await lines.ReadLineAsync();
        }
        while (line is "" or ": ping");
        Assert.StartsWith("data: {", line, StringComparison.Ordinal);
    }

    private static HttpRequestMessage Long(bool stream) => new(HttpMethod.Post, "/v1/chat/completions")
    {
        Content = JsonContent.Create(new { model = "tiny", messages = new[] { new { role = "user", content = "talk" } }, temperature = 0, stream }),
    };

    private static Task<HttpResponseMessage> Short(InferenceHost host) =>
        host.Client.PostAsJsonAsync("/v1/chat/completions", new { model = "tiny", messages = new[] { new { role = "user", content = "x" } }, max_tokens = 2 });

    // Tells when a sequence has got its place, and what it had generated when it left.
    private static MeterListener Listen(InferenceHost host, Action admitted, Action<long> left)
    {
        var meters = host.Service<IMeterFactory>();
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                // Other tests have services of their own in this process.
                if (instrument.Meter.Scope == meters && instrument.Name is ("gen_ai.client.token.usage" or "loramesh.inference.queue.duration"))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => admitted());
        listener.SetMeasurementEventCallback<long>((_, tokens, tags, _) =>
        {
            if (tags.ToArray().Any(tag => tag is { Key: "gen_ai.token.type", Value: "output" }))
            {
                left(tokens);
            }
        });
        listener.Start();
        return listener;
    }
}
