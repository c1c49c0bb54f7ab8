using LoraMesh.Inference.Engine;
using LoraMesh.Model;

namespace LoraMesh.NumericsTests.Inference;

public sealed class EngineTests
{
    [Fact]
    public async Task Batch_OfMixedAdaptersAndLengths_AnswersEachAsIfItWereAlone()
    {
        await using var fixture = await EngineFixture.StartAsync(options => options.PrefillChunk = 8);
        var adapters = new[] { 21, 22, 23 }.ToDictionary(seed => seed, seed => fixture.LoadAdapter(seed));
        var random = new Random(3);
        for (var round = 0; round < 4; round++)
        {
            var asked = Enumerable.Range(0, random.Next(4, 20)).Select(index => (
                Prompt: $"question {new string('x', random.Next(0, 60))} {index}",
                Count: random.Next(1, 30),
                Seed: random.Next(4) is var pick && pick > 0 ? 20 + pick : (int?)null)).ToList();

            var requests = new List<GenerationRequest>();
            foreach (var (prompt, count, seed) in asked)
            {
                requests.Add(fixture.Submit(EngineFixture.Request(prompt, count, seed is { } known ? adapters[known].TryLease() : null)));
                if (random.Next(3) == 0)
                {
                    // Let some get ahead, so that others join a running batch.
                    await requests[^1].Events.WaitToReadAsync();
                }
            }

            foreach (var ((prompt, count, seed), request) in asked.Zip(requests))
            {
                Assert.Equal(fixture.Expected(prompt, count, seed), await EngineFixture.TextAsync(request));
            }
        }
    }

    [Fact]
    public async Task Sampling_WithASeed_IsTheSameAloneAndInACrowd()
    {
        await using var fixture = await EngineFixture.StartAsync();
        var options = new SamplingOptions { Temperature = 1.5, TopP = 0.95 };

        var alone = await EngineFixture.TextAsync(fixture.Submit(EngineFixture.Request("dice", 40, sampling: options, seed: 9)));
        var crowd = Enumerable.Range(0, 12).Select(index => fixture.Submit(EngineFixture.Request($"other {index}", 60, sampling: options, seed: (ulong)index))).ToList();
        var together = await EngineFixture.TextAsync(fixture.Submit(EngineFixture.Request("dice", 40, sampling: options, seed: 9)));

        Assert.Equal(alone, together);
        foreach (var request in crowd)
        {
            await EngineFixture.TextAsync(request);
        }
    }

    [Fact]
    public async Task Submit_WhenTheLineIsFull_RefusesAndLaterTakesAgain()
    {
        await using var fixture = await EngineFixture.StartAsync(options => (options.MaxBatchSize, options.MaxWaitingRequests) = (1, 1), context: 4096);
        using var stop = new CancellationTokenSource();
        var running = fixture.Submit(EngineFixture.Request("run", 4000, abandoned: stop.Token));
        await running.Events.WaitToReadAsync();
        var waiting = fixture.Submit(EngineFixture.Request("wait", 3));

        var error = Assert.Throws<QueueFullException>(() => fixture.Engine.Submit(EngineFixture.Request("too many", 3)));

        Assert.Contains("1 requests", error.Message, StringComparison.Ordinal);
        await stop.CancelAsync();
        Assert.Equal(fixture.Expected("wait", 3), await EngineFixture.TextAsync(waiting));
        Assert.Equal(fixture.Expected("again", 3), await EngineFixture.TextAsync(fixture.Submit(EngineFixture.Request("again", 3))));
    }

    [Fact]
    public async Task Abandoned_WhileRunning_GivesItsPlaceToTheNext()
    {
        await using var fixture = await EngineFixture.StartAsync(options => options.MaxBatchSize = 1, context: 4096);
        using var stop = new CancellationTokenSource();
        var running = fixture.Submit(EngineFixture.Request("run", 4000, abandoned: stop.Token));
        await running.Events.WaitToReadAsync();
        var next = fixture.Submit(EngineFixture.Request("next", 5));

        await stop.CancelAsync();

        Assert.Equal(fixture.Expected("next", 5), await EngineFixture.TextAsync(next));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => EngineFixture.TextAsync(running));
        Assert.Equal(0, fixture.Engine.Waiting);
    }

    [Fact]
    public async Task Abandoned_WhileWaiting_LeavesTheLineThoughNobodyElseDoes()
    {
        await using var fixture = await EngineFixture.StartAsync(options => (options.MaxBatchSize, options.MaxWaitingRequests) = (1, 1), context: 4096);
        using var stop = new CancellationTokenSource();
        using var leave = new CancellationTokenSource();
        var running = fixture.Submit(EngineFixture.Request("run", 4000, abandoned: stop.Token));
        await running.Events.WaitToReadAsync();
        var waiting = fixture.Submit(EngineFixture.Request("wait", 3, abandoned: leave.Token));

        await leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => EngineFixture.TextAsync(waiting));
        var next = fixture.Submit(EngineFixture.Request("next", 3));
        await stop.CancelAsync();
        Assert.Equal(fixture.Expected("next", 3), await EngineFixture.TextAsync(next));
    }

    [Fact]
    public async Task Abandoned_AtRandomTimes_LeavesNothingBehind()
    {
        await using var fixture = await EngineFixture.StartAsync(options => (options.MaxBatchSize, options.MaxWaitingRequests) = (4, 1000));
        var adapter = fixture.LoadAdapter(34);
        var random = new Random(8);
        var requests = new List<(GenerationRequest Request, CancellationTokenSource Leave)>();
        for (var i = 0; i < 300; i++)
        {
            var leave = new CancellationTokenSource();
            requests.Add((fixture.Submit(EngineFixture.Request(new string('q', random.Next(1, 150)), random.Next(1, 60), adapter.TryLease(), abandoned: leave.Token)), leave));
            if (random.Next(2) == 0)
            {
                await requests[random.Next(requests.Count)].Leave.CancelAsync();
            }

            if (random.Next(4) == 0)
            {
                await fixture.Engine.RunAsync(_ => 0);
            }
        }

        foreach (var (request, leave) in requests)
        {
            await leave.CancelAsync();
            var error = await Record.ExceptionAsync(() => EngineFixture.TextAsync(request));
            Assert.True(error is null or OperationCanceledException, error?.ToString());
            leave.Dispose();
        }

        await fixture.Engine.RunAsync(_ => 0);
        Assert.Equal((0, 0), (fixture.Engine.Running, fixture.Engine.Waiting));
        Assert.False(adapter.InUse);
        Assert.Equal(fixture.Expected("after", 5), await EngineFixture.TextAsync(fixture.Submit(EngineFixture.Request("after", 5))));
    }

    [Fact]
    public async Task Request_WhoseNumbersAreNone_FailsAloneAndTheOthersGoOn()
    {
        await using var fixture = await EngineFixture.StartAsync();
        var bad = fixture.LoadAdapter(31, size: float.NaN);
        var good = fixture.Submit(EngineFixture.Request("good", 30));

        var failed = fixture.Submit(EngineFixture.Request("bad", 30, bad.TryLease()));

        var error = await Assert.ThrowsAsync<EngineFailedException>(() => EngineFixture.TextAsync(failed));
        Assert.Contains("not a number", error.Message, StringComparison.Ordinal);
        Assert.Equal(fixture.Expected("good", 30), await EngineFixture.TextAsync(good));
    }

    [Fact]
    public async Task Request_ThatBreaksTheEnginesTurn_FailsAndTheNextIsServed()
    {
        await using var fixture = await EngineFixture.StartAsync();
        var broken = fixture.LoadAdapter(32);
        var lease = broken.TryLease();
        broken.Weights.Dispose();

        var failed = fixture.Submit(EngineFixture.Request("bad", 30, lease));

        await Assert.ThrowsAsync<EngineFailedException>(() => EngineFixture.TextAsync(failed));
        Assert.Equal(fixture.Expected("good", 9), await EngineFixture.TextAsync(fixture.Submit(EngineFixture.Request("good", 9))));
    }

    [Fact]
    public async Task Adapter_RetiredWhileItAnswers_StaysUntilTheAnswerEnds()
    {
        await using var fixture = await EngineFixture.StartAsync();
        var adapter = fixture.LoadAdapter(33);
        var request = fixture.Submit(EngineFixture.Request("slow", 100, adapter.TryLease()));
        await request.Events.WaitToReadAsync();

        adapter.Retire();

        Assert.Equal(fixture.Expected("slow", 100, 33), await EngineFixture.TextAsync(request));
        await fixture.Engine.RunAsync(_ => 0);
        Assert.True(adapter.Freed);
        Assert.True(adapter.Weights.Parameters.IsInvalid);
        Assert.Null(adapter.TryLease());
    }

    [Fact]
    public async Task Dispose_WhileSomeoneIsServed_EndsThatWithAnErrorAndTakesNobodyElse()
    {
        var fixture = await EngineFixture.StartAsync(context: 4096);
        var running = fixture.Submit(EngineFixture.Request("run", 4000));
        await running.Events.WaitToReadAsync();

        await fixture.DisposeAsync();

        await Assert.ThrowsAsync<EngineFailedException>(() => EngineFixture.TextAsync(running));
        Assert.Throws<EngineFailedException>(() => fixture.Engine.Submit(EngineFixture.Request("late", 1)));
    }
}
