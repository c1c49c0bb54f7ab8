using LoraMesh.Contracts;
using LoraMesh.Hosting.Access;
using LoraMesh.Storage;
using LoraMesh.UnitTests.Hosting.Jobs;
using LoraMesh.UnitTests.Storage;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace LoraMesh.UnitTests.Hosting.Access;

public sealed class ApiKeysTests : IAsyncLifetime, IDisposable
{
    private const string AdminKey = "administrator-of-the-tests";

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly ObservedStore _store;
    private readonly ApiKeys _keys;

    public ApiKeysTests()
    {
        _store = new ObservedStore(new FolderBlobStore(_folder.Path));
        _keys = Another();
    }

    public Task InitializeAsync() => _store.EnsureBucketAsync(Buckets.Access);

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _keys.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Key_IsItsBearers_InEveryProcess_AndNothingOfItLiesInTheStore()
    {
        var (record, key) = await CreateAsync(AccessRoles.Operator, ["faq"]);

        var caller = await Another().FindCallerAsync(key, default);

        Assert.Equal(("billing", AccessRoles.Operator), (caller!.Name, caller.Role));
        Assert.True(caller.Covers("faq"));
        Assert.False(caller.Covers("tickets"));
        var stored = await File.ReadAllTextAsync(Path.Combine(_folder.Path, Buckets.Access, "keys", record.Id + ".json"));
        Assert.DoesNotContain(key.Split('_')[2], stored, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("lm")]
    [InlineData("lm_0123456789ab_")]
    [InlineData("lm_0123456789ab_secret")]
    [InlineData("lm_../../../../a_secret")]
    [InlineData("sk-0123456789")]
    public async Task AnythingElse_IsNobodys(string key) => Assert.Null(await _keys.FindCallerAsync(key, default));

    [Fact]
    public async Task Key_WithAnotherSecret_IsNobodys()
    {
        var (_, key) = await CreateAsync();

        Assert.Null(await _keys.FindCallerAsync(key[..^1] + (key[^1] == '0' ? '1' : '0'), default));
        Assert.Null(await _keys.FindCallerAsync(key + new string('0', 1000), default));
    }

    [Fact]
    public async Task Key_ThatLapsed_IsNobodys()
    {
        var (_, key) = await _keys.CreateAsync("short", AccessRoles.Viewer, null, TimeSpan.FromDays(1), "test", default);
        Assert.NotNull(await _keys.FindCallerAsync(key, default));

        _time.Advance(TimeSpan.FromDays(1));

        Assert.Null(await _keys.FindCallerAsync(key, default));
    }

    [Fact]
    public async Task Key_Revoked_IsRefusedHereAtOnce_AndElsewhereAfterTheCacheTime()
    {
        var (record, key) = await CreateAsync();
        var elsewhere = Another();
        Assert.NotNull(await elsewhere.FindCallerAsync(key, default));

        Assert.Equal(record.Id, (await _keys.RevokeAsync(record.Id, _ => true, default))!.Id);

        Assert.Null(await _keys.FindCallerAsync(key, default));
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Null(await elsewhere.FindCallerAsync(key, default));
        Assert.Null(await _keys.RevokeAsync(record.Id, _ => true, default));
    }

    [Fact]
    public async Task Key_KnownBefore_IsGoodWhileTheStoreIsAway_AndAStrangersIsNot()
    {
        var away = new AwayStore(_store);
        var keys = new ApiKeys(away, Settings(), _time);
        var (_, key) = await keys.CreateAsync("billing", AccessRoles.Viewer, null, null, "test", default);
        Assert.NotNull(await keys.FindCallerAsync(key, default));
        _time.Advance(TimeSpan.FromMinutes(5));
        away.Away = true;

        Assert.NotNull(await keys.FindCallerAsync(key, default));
        await Assert.ThrowsAsync<IOException>(() => keys.FindCallerAsync("lm_0123456789ab_secret", default));
    }

    [Fact]
    public async Task Guesses_BeyondTheBound_AskTheStoreNoMore_AndKnownKeysGoOn()
    {
        var (_, key) = await CreateAsync();
        Assert.NotNull(await _keys.FindCallerAsync(key, default));

        await Assert.ThrowsAsync<TooManyUnknownKeysException>(async () =>
        {
            for (var guess = 0; guess < 5000; guess++)
            {
                Assert.Null(await _keys.FindCallerAsync($"lm_{guess:x12}_guess", default));
            }
        });

        Assert.NotNull(await _keys.FindCallerAsync(key, default));
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.NotNull(await _keys.FindCallerAsync(key, default));
    }

    [Fact]
    public async Task AdministratorsKey_OfTheSettings_HasEveryRight()
    {
        var caller = await _keys.FindCallerAsync(AdminKey, default);

        Assert.Equal(AccessRoles.Admin, caller!.Role);
        Assert.Null(caller.Projects);
    }

    [Fact]
    public async Task Record_ThatIsNoJson_IsNobodysKey()
    {
        using var half = new MemoryStream("{\"id\": \"01"u8.ToArray());
        await _store.PutAsync(Buckets.Access, "keys/0123456789ab.json", half);

        Assert.Null(await _keys.FindCallerAsync("lm_0123456789ab_secret", default));
        Assert.Empty(await _keys.ListAsync(default));
    }

    private Task<(ApiKeyRecord Record, string Key)> CreateAsync(string role = AccessRoles.Viewer, IReadOnlyList<string>? projects = null) =>
        _keys.CreateAsync("billing", role, projects, null, "test", default);

    private ApiKeys Another() => new(_store, Settings(), _time);

    private static IOptions<AccessOptions> Settings() => Options.Create(new AccessOptions { Mode = AccessOptions.Keys, AdminKey = AdminKey });

    /// <summary>A store that can be away.</summary>
    private sealed class AwayStore(IBlobStore inner) : IBlobStore
    {
        public bool Away { get; set; }

        public Task EnsureBucketAsync(string bucket, CancellationToken cancellationToken = default) => inner.EnsureBucketAsync(bucket, cancellationToken);

        public Task<BlobInfo?> StatAsync(string bucket, string key, CancellationToken cancellationToken = default) => inner.StatAsync(bucket, key, cancellationToken);

        public Task<Stream?> OpenReadAsync(string bucket, string key, CancellationToken cancellationToken = default) =>
            Away ? throw new IOException("the store is away") : inner.OpenReadAsync(bucket, key, cancellationToken);

        public Task<BlobRef> PutAsync(string bucket, string key, Stream content, PutCondition condition = default, CancellationToken cancellationToken = default) =>
            inner.PutAsync(bucket, key, content, condition, cancellationToken);

        public IAsyncEnumerable<BlobInfo> ListAsync(string bucket, string prefix, CancellationToken cancellationToken = default) => inner.ListAsync(bucket, prefix, cancellationToken);

        public Task DeleteAsync(string bucket, string key, CancellationToken cancellationToken = default) => inner.DeleteAsync(bucket, key, cancellationToken);
    }
}
