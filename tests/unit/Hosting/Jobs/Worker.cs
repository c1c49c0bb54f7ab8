using System.Collections.Concurrent;
using System.Threading.Channels;
using LoraMesh.Contracts;
using LoraMesh.Hosting;
using LoraMesh.Hosting.Jobs;
using LoraMesh.Storage;
using LoraMesh.UnitTests.Storage;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LoraMesh.UnitTests.Hosting.Jobs;

/// <summary>One worker process with a bus of its own, on a store that it may share.</summary>
public sealed class Worker : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly IHost _host;
    private readonly Channel<object> _events;

    private Worker(IHost host, Channel<object> events, Script script, ObservedStore store) => (_host, _events, Script, Store) = (host, events, script, store);

    public Script Script { get; }

    public ObservedStore Store { get; }

    public LeaseKeeper Leases => _host.Services.GetRequiredService<LeaseKeeper>();

    public JobCancellation Cancellation => _host.Services.GetRequiredService<JobCancellation>();

    public static async Task<Worker> StartAsync(TemporaryFolder folder, TimeProvider clock, string retryFor = "01:00:00", int slots = 1)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Storage:Folder"] = folder.Path,
            ["Storage:WatchInbox"] = "false",
            ["Jobs:RetryDelay"] = "00:00:00.010",
            ["Jobs:RetryFor"] = retryFor,
        });
        builder.Logging.ClearProviders();
        var store = new ObservedStore(new FolderBlobStore(folder.Path));
        var script = new Script();
        var events = Channel.CreateUnbounded<object>();
        builder.Services.AddSingleton(clock);
        builder.Services.AddSingleton<IBlobStore>(store);
        builder.Services.AddSingleton(script);
        builder.Services.AddSingleton(events);
        builder.Services.AddSingleton<ConcurrentQueue<JobWaiting>>();
        builder.AddLoraMeshHosting(bus =>
        {
            bus.AddJob<DoWork, WorkJob>("worker", _ => slots);
            bus.AddServiceConsumer<EventSink>("test");
        });
        var host = builder.Build();
        await host.StartAsync();
        return new Worker(host, events, script, store);
    }

    public Task SendAsync(string runId, string jobId, int attempt = 1) => PublishAsync(new DoWork { RunId = runId, JobId = jobId, Attempt = attempt });

    public Task CancelAsync(string runId) => PublishAsync(new RunCancelled { RunId = runId, Reason = "test" });

    /// <summary>What the job said that it waits for, newest last.</summary>
    public ConcurrentQueue<JobWaiting> Waits => _host.Services.GetRequiredService<ConcurrentQueue<JobWaiting>>();

    public async Task<T> NextEventAsync<T>() => Assert.IsType<T>(await _events.Reader.ReadAsync().AsTask().WaitAsync(Patience));

    public void AssertNoMoreEvents() => Assert.False(_events.Reader.TryRead(out _));

    public Task UntilReleasedAsync(string runId, string jobId) => Store.UntilAsync(async () => await Leases.FindAsync(runId, jobId) is null);

    public Task StopAsync() => _host.StopAsync().WaitAsync(Patience);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _host.Dispose();
    }

    private Task PublishAsync(object message) => _host.Services.GetRequiredService<IBus>().Publish(message, message.GetType());
}

/// <summary>Gathers the results that a worker announces.</summary>
public sealed class EventSink(Channel<object> events, ConcurrentQueue<JobWaiting> waits) : IConsumer<WorkDone>, IConsumer<WorkFailed>, IConsumer<JobWaiting>
{
    public Task Consume(ConsumeContext<WorkDone> context) => events.Writer.WriteAsync(context.Message).AsTask();

    public Task Consume(ConsumeContext<WorkFailed> context) => events.Writer.WriteAsync(context.Message).AsTask();

    public Task Consume(ConsumeContext<JobWaiting> context)
    {
        waits.Enqueue(context.Message);
        return Task.CompletedTask;
    }
}
