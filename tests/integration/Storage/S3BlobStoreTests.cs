using System.Text;
using LoraMesh.Containers;
using LoraMesh.Contracts;
using LoraMesh.Storage;
using LoraMesh.Storage.S3;
using LoraMesh.UnitTests.Storage;

namespace LoraMesh.IntegrationTests.Storage;

/// <summary>The contract on a real S3 server, and what only such a server can do.</summary>
public sealed class S3BlobStoreTests(S3BlobStoreTests.Server server) : BlobStoreContract, IClassFixture<S3BlobStoreTests.Server>, IAsyncLifetime
{
    protected override IBlobStore Store => server.Store!;

    protected override int MaxKeyBytes => S3BlobStore.MaxKeyBytes;

    public async Task InitializeAsync()
    {
        if (server.Store is null)
        {
            return;
        }

        await Store.EnsureBucketAsync(Bucket);
        foreach (var key in await KeysAsync(""))
        {
            await Store.DeleteAsync(Bucket, key);
        }
    }

    public Task DisposeAsync() => Task.CompletedTask;

    // Servers tell apart what the SDK sends whole and what it sends in parts; both must keep the condition.
    [DockerFact]
    public async Task PutIfAbsent_OfMoreThanFiveMebibytes_IsRefusedWhereOneIs()
    {
        await PutAsync("large", "first");

        await Assert.ThrowsAsync<BlobConditionException>(() => Store.PutAsync(Bucket, "large", new MemoryStream(new byte[6 * 1024 * 1024]), PutCondition.IfAbsent));

        Assert.Equal("first", await GetAsync("large"));
    }

    [DockerFact]
    public async Task List_OfMoreThanOnePage_IsWholeAndOrdered()
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, 1100), async (number, _) => await PutAsync($"many/{number:D4}", "x"));

        Assert.Equal(Enumerable.Range(0, 1100).Select(number => $"many/{number:D4}"), await KeysAsync("many/"));
    }

    [DockerFact]
    public async Task AnyCall_WithWrongSecret_IsRefusedWithoutTellingIt()
    {
        using var store = new S3BlobStore(server.Settings! with { SecretKey = "not-the-secret" });

        var writing = await Assert.ThrowsAsync<UnauthorizedAccessException>(() => store.PutAsync(Bucket, "a", new MemoryStream("x"u8.ToArray())));
        var looking = await Assert.ThrowsAnyAsync<Exception>(() => store.StatAsync(Bucket, "a"));

        Assert.Contains("403", writing.Message, StringComparison.Ordinal);
        Assert.True(looking is UnauthorizedAccessException or IOException, looking.ToString());
        Assert.DoesNotContain("not-the-secret", writing.ToString() + looking, StringComparison.Ordinal);
    }

    [DockerFact]
    public async Task Put_IntoMissingBucket_SaysWhatIsMissing()
    {
        var problem = await Assert.ThrowsAsync<IOException>(() => Store.PutAsync("no-such-bucket", "a", new MemoryStream("x"u8.ToArray())));

        Assert.Contains("NoSuchBucket", problem.Message, StringComparison.Ordinal);
        Assert.Null(await Store.StatAsync("no-such-bucket", "a"));
    }

    [DockerFact]
    public async Task AnyCall_WhereNoServerIs_IsAFaultOfTheSurroundings()
    {
        using var store = new S3BlobStore(server.Settings! with { Endpoint = new Uri("http://127.0.0.1:1") });

        var problem = await Assert.ThrowsAnyAsync<Exception>(() => store.PutAsync(Bucket, "a", new MemoryStream(Encoding.UTF8.GetBytes("x"))));

        Assert.True(LoraMesh.Hosting.Jobs.JobFailure.IsTransient(problem), problem.ToString());
        Assert.True(LoraMesh.Hosting.Jobs.JobFailure.IsTransient(await Assert.ThrowsAnyAsync<Exception>(() => store.StatAsync(Bucket, "a"))));
    }

    public sealed class Server : IAsyncLifetime
    {
        private readonly string _spool = Path.Combine(Path.GetTempPath(), $"loramesh-spool-{Guid.NewGuid():N}");
        private StoreContainer? _container;

        public S3Settings? Settings { get; private set; }

        public S3BlobStore? Store { get; private set; }

        public async Task InitializeAsync()
        {
            if (DockerEngine.Absence is not null)
            {
                return;
            }

            _container = await StoreContainer.StartAsync();
            Settings = new S3Settings(_container.Endpoint, StoreContainer.AccessKey, StoreContainer.SecretKey, "us-east-1", null, _spool);
            Store = new S3BlobStore(Settings);
            foreach (var bucket in Buckets.All)
            {
                await Store.EnsureBucketAsync(bucket);
            }
        }

        public async Task DisposeAsync()
        {
            Store?.Dispose();
            if (Directory.Exists(_spool))
            {
                Directory.Delete(_spool, recursive: true);
            }

            if (_container is not null)
            {
                await _container.DisposeAsync();
            }
        }
    }
}
