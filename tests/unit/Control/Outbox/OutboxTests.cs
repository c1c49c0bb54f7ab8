using LoraMesh.Contracts;
using LoraMesh.Control.Outbox;
using LoraMesh.Storage;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace LoraMesh.UnitTests.Control.Outbox;

public sealed class OutboxTests : IDisposable
{
    private readonly Recorder _recorder = new();
    private readonly FreshTagStore _blobs = new();
    private readonly ControlHarness _control;

    public OutboxTests() => _control = Open(null, null);

    public void Dispose() => _control.Dispose();

    [Fact]
    public async Task Command_StoredButNotPublished_IsPublishedAfterTheRestart()
    {
        var run = await _control.StartRunAsync();
        _control.Registry.Dispose();

        using var restarted = Open(_control.Folder, _control.Time);
        await using var bus = await BusAsync(restarted);
        await DispatchAsync(restarted);

        var (message, _) = await _recorder.NextAsync();
        Assert.Equal(run.Run, Assert.IsType<PrepareDataset>(message).RunId);
        Assert.Empty(await restarted.OutboxAsync());
    }

    [Fact]
    public async Task Command_PublishedButNotMarked_IsPublishedAgainUnderTheSameId()
    {
        await _control.StartRunAsync();
        await using var bus = await BusAsync(_control);
        await DispatchAsync(_control);
        var (_, first) = await _recorder.NextAsync();
        await _control.Registry.WriteAsync(context => context.Outbox.ExecuteUpdateAsync(rows => rows.SetProperty(row => row.SentAt, (DateTimeOffset?)null)));

        await DispatchAsync(_control);

        var (_, second) = await _recorder.NextAsync();
        Assert.NotNull(first);
        Assert.Equal(first, second);
    }

    [Fact]
    public async Task Promotion_IsAnnouncedOnlyAfterItsAliasLiesInTheStore()
    {
        var run = await _control.StartRunAsync("one");
        await _control.JudgeAsync(run, promote: true);
        await _control.SentAsync(row => row.Target == "PrepareDataset" || row.Target == "TrainAdapter" || row.Target == "EvaluateAdapter");
        await _control.StartRunAsync("two");
        await using var bus = await BusAsync(_control);
        _blobs.Full = Buckets.Adapters;

        await DispatchAsync(_control);

        Assert.Equal("two", Assert.IsType<PrepareDataset>((await _recorder.NextAsync()).Message).Project);
        Assert.Equal(2, (await _control.OutboxAsync()).Count);
        Assert.Null(await _blobs.StatAsync(Buckets.Adapters, "one/aliases/champion.json"));

        _blobs.Full = null;
        await DispatchAsync(_control);
        Assert.Equal(2, (await _control.OutboxAsync()).Count);
        _control.Time.Advance(TimeSpan.FromSeconds(1));
        await DispatchAsync(_control);

        var promoted = Assert.IsType<AdapterPromoted>((await _recorder.NextAsync()).Message);
        var alias = await _blobs.FindJsonAsync<AdapterAlias>(Buckets.Adapters, "one/aliases/champion.json");
        Assert.Equal(("one", 1), (promoted.Project, promoted.Version));
        Assert.Equal(promoted.Adapter, alias!.Adapter);
    }

    [Fact]
    public async Task ReplacedChampion_IsRetiredOnceItsSuccessorAnswers()
    {
        await _control.PromoteRunAsync(file: "a");
        var second = await _control.StartRunAsync(file: "b");
        await _control.JudgeAsync(second, promote: true);
        await _control.SentAsync();
        await using var bus = await BusAsync(_control);

        await bus.Bus.Publish(Sample.Deployed("faq", 2));
        while ((await _control.WaitingAsync<AdapterRetired>()).Count == 0)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            await _control.Get<OutboxDispatcher>().Added.WaitAsync(Timeout.InfiniteTimeSpan, TimeProvider.System, limit.Token);
        }

        await DispatchAsync(_control);

        Assert.Equal(1, Assert.IsType<AdapterRetired>((await _recorder.NextAsync()).Message).Version);
        Assert.Equal(RunStates.Promoted, (await _control.RunAsync(second.Run)).State);
    }

    [Fact]
    public void Read_UnknownOrBrokenMessage_SaysWhich()
    {
        Assert.Contains("'Nonsense'", Assert.Throws<System.Text.Json.JsonException>(() => OutboxMessages.Read("Nonsense", "{}")).Message, StringComparison.Ordinal);
        Assert.Contains("job_id", Assert.Throws<System.Text.Json.JsonException>(() => OutboxMessages.Read(nameof(TrainAdapter), "{}")).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => OutboxMessages.Name(typeof(string)));
    }

    private ControlHarness Open(string? folder, FakeTimeProvider? time) => new(folder, _blobs, time,
    [
        bus =>
        {
            bus.AddSingleton(_recorder);
            bus.AddConsumer<RecordingConsumer>();
        },
    ]);

    private static Task<TimeSpan> DispatchAsync(ControlHarness control) => control.Get<OutboxDispatcher>().DispatchAsync(CancellationToken.None);

    private static async Task<RunningBus> BusAsync(ControlHarness control)
    {
        var bus = control.Get<IBusControl>();
        await bus.StartAsync();
        return new RunningBus(bus);
    }

    private sealed record RunningBus(IBusControl Bus) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await Bus.StopAsync();
    }
}
