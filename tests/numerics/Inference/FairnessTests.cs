using LoraMesh.Inference.Engine;
using LoraMesh.Model;

namespace LoraMesh.NumericsTests.Inference;

public sealed class FairnessTests
{
    [Theory]
    [InlineData(1, 18, 22)]
    [InlineData(3, 28, 32)]
    public async Task Tenants_ThatBothWantMoreThanThereIs_ShareByTheirWeights(double weight, int least, int most)
    {
        await using var fixture = await EngineFixture.StartAsync(options =>
        {
            options.MaxBatchSize = 1;
            options.TenantWeights["b"] = weight;
        });
        var order = new List<string>();
        var gate = new Lock();
        using var hold = new CancellationTokenSource();
        var first = fixture.Submit(Request("x", 200, hold.Token));
        await first.Events.WaitToReadAsync();

        var all = Enumerable.Range(0, 80).Select(index => FinishAsync(fixture.Submit(Request(index < 40 ? "a" : "b", 8)))).ToList();
        await hold.CancelAsync();
        await Task.WhenAll(all);

        Assert.InRange(order.Take(40).Count(tenant => tenant == "b"), least, most);

        async Task FinishAsync(GenerationRequest request)
        {
            await EngineFixture.TextAsync(request);
            lock (gate)
            {
                order.Add(request.Tenant);
            }
        }
    }

    [Fact]
    public async Task Tenant_ThatComesLate_HasSavedNothingUpAndIsNotLast()
    {
        await using var fixture = await EngineFixture.StartAsync(options => options.MaxBatchSize = 1);
        var crowd = Enumerable.Range(0, 30).Select(_ => fixture.Submit(Request("crowd", 20))).ToList();
        await crowd[3].Events.WaitToReadAsync();

        await EngineFixture.TextAsync(fixture.Submit(Request("late", 20)));

        Assert.True(fixture.Engine.Waiting > 10, $"{fixture.Engine.Waiting} still wait");
        foreach (var request in crowd)
        {
            await EngineFixture.TextAsync(request);
        }
    }

    [Fact]
    public async Task Line_FullOfOneTenant_GivesAPlaceToAnotherAndSendsTheNewestAway()
    {
        await using var fixture = await EngineFixture.StartAsync(options => (options.MaxBatchSize, options.MaxWaitingRequests) = (1, 4), context: 4096);
        using var stop = new CancellationTokenSource();
        var running = fixture.Submit(Request("greedy", 4000, stop.Token));
        await running.Events.WaitToReadAsync();
        var waiting = Enumerable.Range(0, 4).Select(_ => fixture.Submit(Request("greedy", 2))).ToList();

        Assert.Throws<QueueFullException>(() => fixture.Submit(Request("greedy", 2)));
        var modest = fixture.Submit(Request("modest", 2));

        await Assert.ThrowsAsync<QueueFullException>(() => EngineFixture.TextAsync(waiting[3]));
        await stop.CancelAsync();
        foreach (var request in waiting.Take(3).Append(modest))
        {
            await EngineFixture.TextAsync(request);
        }
    }

    [Fact]
    public async Task Line_FullOfTokens_RefusesThoughItIsShort()
    {
        await using var fixture = await EngineFixture.StartAsync(options => (options.MaxBatchSize, options.MaxWaitingTokens) = (1, 100), context: 4096);
        using var stop = new CancellationTokenSource();
        var running = fixture.Submit(Request("a", 4000, stop.Token));
        await running.Events.WaitToReadAsync();

        var longer = fixture.Submit(EngineFixture.Request(new string('x', 400), 1));

        Assert.Equal(400, fixture.Engine.WaitingTokens);
        Assert.Throws<QueueFullException>(() => fixture.Submit(Request("a", 1)));
        await stop.CancelAsync();
        await EngineFixture.TextAsync(longer);
        Assert.Equal(0, fixture.Engine.WaitingTokens);
    }

    [Fact]
    public async Task Request_AbandonedWhileSomeOfItsChoicesHaveNoPlace_LeavesTheNextOneWhole()
    {
        await using var fixture = await EngineFixture.StartAsync(options => options.MaxBatchSize = 2, context: 4096);
        using var stop = new CancellationTokenSource();
        var four = fixture.Submit(new GenerationRequest
        {
            Model = "test",
            Prompts = [[1, 2, 3]],
            ChoicesPerPrompt = 4,
            Sampling = new SamplingOptions { Temperature = 0 },
            Seed = 1,
            MaxTokens = 4000,
            Abandoned = stop.Token,
        });
        await four.Events.WaitToReadAsync();

        var next = fixture.Submit(EngineFixture.Request("next", 5));
        await stop.CancelAsync();

        Assert.Equal(fixture.Expected("next", 5), await EngineFixture.TextAsync(next));
    }

    private static GenerationRequest Request(string tenant, int maxTokens, CancellationToken abandoned = default) => new()
    {
        Model = "test",
        Tenant = tenant,
        Prompts = [[65, 66, 67, 68]],
        Sampling = new SamplingOptions { Temperature = 0 },
        Seed = 1,
        MaxTokens = maxTokens,
        Abandoned = abandoned,
    };
}
