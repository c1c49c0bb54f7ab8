using System.Collections.Concurrent;
using System.Threading.Channels;
using LoraMesh.Contracts;
using LoraMesh.Hosting;
using LoraMesh.Hosting.Jobs;
using LoraMesh.UnitTests.Storage;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LoraMesh.UnitTests.Hosting.Jobs;

public sealed class ConsumerRegistrationTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Script _script = new();
    private readonly Channel<object> _events = Channel.CreateUnbounded<object>();
    private IHost _host = null!;

    // As in all-in-one: several kinds of job and the event's consumer in one process.
    public async Task InitializeAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Storage:Folder"] = _folder.Path, ["Storage:WatchInbox"] = "false" });
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(_script);
        builder.Services.AddSingleton(_events);
        builder.Services.AddSingleton<ConcurrentQueue<JobWaiting>>();
        builder.AddLoraMeshHosting(
            bus => bus.AddJob<DoWork, WorkJob>("dataset-prep"),
            bus => bus.AddJob<DoOtherWork, OtherWorkJob>("trainer"),
            bus => bus.AddServiceConsumer<EventSink>("test"));
        _host = builder.Build();
        await _host.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Job_HasAQueueNamedAfterServiceAndCommand()
    {
        var queue = await _host.Services.GetRequiredService<IBus>().GetSendEndpoint(new Uri("queue:dataset-prep-do-work"));

        await queue.Send(new DoWork { RunId = "run-1", JobId = "run-1-prepare" });

        Assert.Equal("run-1-prepare", (await NextAsync()).JobId);
    }

    [Fact]
    public async Task Jobs_OfTwoKinds_RunAtTheSameTime()
    {
        var (first, second) = (new Gate(), new Gate());
        _script.Act = (command, stop) => (command.JobId == "run-1-prepare" ? first : second).PassAsync(stop);

        await PublishAsync(new DoWork { RunId = "run-1", JobId = "run-1-prepare" });
        await PublishAsync(new DoOtherWork { RunId = "run-2", JobId = "run-2-train" });

        await first.Reached;
        await second.Reached;
        first.Open();
        second.Open();
    }

    [Fact]
    public async Task RunCancelled_ReachesEveryKindOfJob()
    {
        var gate = new Gate();
        _script.Act = (_, stop) => gate.PassAsync(stop);
        await PublishAsync(new DoOtherWork { RunId = "run-1", JobId = "run-1-train" });
        await gate.Reached;

        await PublishAsync(new RunCancelled { RunId = "run-1", Reason = "test" });
        _script.Act = (_, _) => Task.CompletedTask;
        await PublishAsync(new DoOtherWork { RunId = "run-2", JobId = "run-2-train" });

        // Its slot is free only after the first was cancelled.
        Assert.Equal("run-2-train", (await NextAsync()).JobId);
        Assert.Equal(["run-1-train"], _script.Cancelled);
    }

    private Task PublishAsync(object message) => _host.Services.GetRequiredService<IBus>().Publish(message, message.GetType());

    private async Task<WorkDone> NextAsync() => Assert.IsType<WorkDone>(await _events.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60)));
}
