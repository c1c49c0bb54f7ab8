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

namespace LoraMesh.UnitTests.Hosting.Inbox;

public sealed class FolderInboxWatcherTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Channel<ObjectCreated> _seen = Channel.CreateUnbounded<ObjectCreated>();
    private IHost _host = null!;

    public async Task InitializeAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Storage:Folder"] = _folder.Path });
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(_seen);
        builder.AddLoraMeshHosting(bus => bus.AddServiceConsumer<Sink>("test"));
        _host = builder.Build();
        await _host.StartAsync();
        await _host.Services.GetServices<IHostedService>().OfType<LoraMesh.Hosting.Inbox.FolderInboxWatcher>().Single().Watching.WaitAsync(TimeSpan.FromSeconds(60));
    }

    public async Task DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task CopiedFile_IsAnnounced()
    {
        _folder.Write("lm-inbox/p/data.jsonl", "{}");

        await UntilSeenAsync("p/data.jsonl");
    }

    [Fact]
    public async Task BlobPutByAService_IsAnnounced()
    {
        await _host.Services.GetRequiredService<IBlobStore>().PutAsync(Buckets.Inbox, "p/größe 1.jsonl", new MemoryStream("{}"u8.ToArray()));

        await UntilSeenAsync("p/größe 1.jsonl");
    }

    [Fact]
    public async Task FolderMovedIn_AnnouncesItsFiles()
    {
        _folder.Write("outside/p/sub/data.jsonl", "{}");

        Directory.Move(_folder.Of("outside", "p"), _folder.Of("lm-inbox", "p"));

        await UntilSeenAsync("p/sub/data.jsonl");
    }

    [Fact]
    public async Task HiddenFile_IsNotAnnounced()
    {
        _folder.Write("lm-inbox/p/.data.jsonl.swp", "{}");
        _folder.Write("lm-inbox/p/data.jsonl", "{}");

        Assert.All(await UntilSeenAsync("p/data.jsonl"), key => Assert.Equal("p/data.jsonl", key));
    }

    private async Task<List<string>> UntilSeenAsync(string key)
    {
        var keys = new List<string>();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        do
        {
            var seen = await _seen.Reader.ReadAsync(patience.Token);
            Assert.Equal(Buckets.Inbox, seen.Bucket);
            keys.Add(seen.Key);
        }
        while (keys[^1] != key);
        return keys;
    }

    public sealed class Sink(Channel<ObjectCreated> seen) : IConsumer<ObjectCreated>
    {
        public Task Consume(ConsumeContext<ObjectCreated> context) => seen.Writer.WriteAsync(context.Message).AsTask();
    }
}
