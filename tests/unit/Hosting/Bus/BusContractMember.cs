using LoraMesh.Contracts;
using LoraMesh.Hosting;
using LoraMesh.Hosting.Bus;
using LoraMesh.Hosting.Jobs;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LoraMesh.UnitTests.Hosting.Bus;

/// <summary>One process's share of a bus: a worker for <see cref="PrepareDataset"/>, one who sends and hears results, or both.</summary>
public sealed class BusContractMember : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly IHost _host;

    private BusContractMember(IHost host) => _host = host;

    /// <summary>Health of the member's bus, as its health check tells it.</summary>
    public BusHealthStatus Health => _host.Services.GetRequiredService<IBusControl>().CheckHealth().Status;

    public static async Task<BusContractMember> StartAsync(string folder, IEnumerable<KeyValuePair<string, string?>> transport, BusContractWork work, bool works, bool hears)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection([new("Storage:Folder", folder), new("Storage:WatchInbox", "false"), .. transport]);
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(work);
        builder.Services.AddSingleton<BusContractWork.ResultCounts>();
        builder.AddLoraMeshHosting(bus =>
        {
            if (works)
            {
                bus.AddJob<PrepareDataset, BusContractWork.Job>("dataset-prep");
            }

            if (hears)
            {
                bus.AddServiceConsumer<BusContractWork.ResultSink>("test");
                bus.AddServiceConsumer<BusContractWork.FaultSink>("test");
            }
        });
        var host = builder.Build();
        await host.StartAsync().WaitAsync(Patience);
        return new BusContractMember(host);
    }

    public Task SendAsync(string job, int attempt = 1) => PublishAsync(new PrepareDataset
    {
        JobId = job,
        RunId = $"run-{job}",
        Project = "test",
        Attempt = attempt,
        Inputs = [],
        Config = Nothing,
    });

    public Task AnnounceAsync(string job) => PublishAsync(new DatasetPrepared
    {
        JobId = job,
        RunId = $"run-{job}",
        DatasetId = "d",
        Manifest = Nothing,
        TrainRows = 1,
        TestRows = 1,
        RejectedRows = 0,
    });

    /// <summary>What lies in quarantine, with bodies.</summary>
    public async Task<IReadOnlyList<QuarantinedMessage>> QuarantineAsync()
    {
        var quarantine = _host.Services.GetRequiredService<MessageQuarantine>();
        var found = new List<QuarantinedMessage>();
        foreach (var entry in await quarantine.ListAsync(limit: 10, CancellationToken.None))
        {
            found.Add((await quarantine.FindAsync(entry.Id, CancellationToken.None))!);
        }

        return found;
    }

    /// <summary>Publishes a message of a type known only now.</summary>
    public Task PublishAsync(object message) => _host.Services.GetRequiredService<IBus>().Publish(message, message.GetType());

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync().WaitAsync(Patience);
        _host.Dispose();
    }

    private static BlobRef Nothing => new() { Bucket = Buckets.Runs, Key = "none", Sha256 = "", Bytes = 0 };
}
