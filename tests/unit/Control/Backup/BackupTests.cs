using LoraMesh.Contracts;
using LoraMesh.Control.Backup;
using LoraMesh.Control.Pipeline;
using LoraMesh.Control.Registry;
using LoraMesh.Control.Registry.Rows;
using LoraMesh.Storage;
using LoraMesh.UnitTests.Storage;
using Microsoft.EntityFrameworkCore;

namespace LoraMesh.UnitTests.Control.Backup;

public sealed class BackupTests : IDisposable
{
    private readonly ControlHarness _suite = new();
    private readonly ControlHarness _other = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _other.Dispose();
        _suite.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Tables_AreAllOfTheRegistry()
    {
        var rows = await _suite.Registry.ReadAsync(context => Task.FromResult(context.Model.GetEntityTypes().Select(entity => entity.ClrType).ToList()));

        Assert.Equal(rows.Select(type => type.Name).Order(StringComparer.Ordinal), RegistryTables.All.Select(table => table.RowType.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Restore_ElsewhereWhileTheSuiteRuns_HasEveryRowAndGoesOnCounting()
    {
        await _suite.PromoteRunAsync();
        await _suite.PromoteRunAsync("faq", "b.jsonl");
        await _suite.StartRunAsync("other", "open.jsonl");
        await _suite.Get<VersionLabels>().SetTagAsync("faq", 1, "owner", "ada", "ada", CancellationToken.None);
        await PutOutboxAsync(_suite);
        await BackUpAsync();

        await RestoreAsync();

        var (before, after) = (await DumpAsync(_suite), await DumpAsync(_other));
        // The entry, and its way into the trail's archive.
        List<string> added = [.. after.Except(before)];
        Assert.Equal(2, added.Count);
        Assert.All(added, row => Assert.Contains("registry_restored", row, StringComparison.Ordinal));
        Assert.Equal(before.Count + 2, after.Count);
        Assert.True((await AuditChain.VerifyAsync(_other.Registry, null, CancellationToken.None)).Intact);
        Assert.Equal(3, (await _other.PromoteRunAsync("faq", "c.jsonl")).Version);
    }

    [Fact]
    public async Task Restore_OfAliasesThatMovedAfterTheRowsWereRead_FollowsTheRows()
    {
        await _suite.PromoteRunAsync();
        await _suite.PromoteRunAsync("faq", "b.jsonl");
        await PutOutboxAsync(_suite);
        await using (var snapshot = await SnapshotAsync())
        {
            await _suite.Get<ManualPromotion>().RollBackAsync("faq", "too chatty", "ada", CancellationToken.None);
            await PutOutboxAsync(_suite);
            await _suite.PutAsync(Buckets.Adapters, "faq/aliases/later.json", "{}");
            await new BackupWriter(_suite.Blobs, _suite.Time, (_, _) => { }).WriteAsync(snapshot, Folder, CancellationToken.None);
        }

        await RestoreAsync();

        Assert.Equal(1, (await _suite.Blobs.FindJsonAsync<AdapterAlias>(Buckets.Adapters, "faq/aliases/champion.json"))!.Version);
        Assert.Equal(2, (await _other.Blobs.FindJsonAsync<AdapterAlias>(Buckets.Adapters, "faq/aliases/champion.json"))!.Version);
        Assert.Equal(2, (await _other.Registry.ReadAsync(context => context.Aliases.SingleAsync(row => row.Name == AliasRow.Champion))).Version);
        Assert.Null(await _other.Blobs.StatAsync(Buckets.Adapters, "faq/aliases/later.json"));
    }

    [Fact]
    public async Task Restore_OfAnAdapterThatWasCollectedMeanwhile_KnowsThatItIsGone()
    {
        var run = await _suite.PromoteRunAsync();
        await _suite.Blobs.DeleteAsync(Buckets.Adapters, $"faq/{run.AdapterId}/manifest.json");
        await BackUpAsync();

        await RestoreAsync();

        Assert.NotNull((await _other.Registry.ReadAsync(context => context.Versions.SingleAsync())).CollectedAt);
    }

    [Fact]
    public async Task SecondBackup_IntoTheSameFolder_CopiesWhatIsNewAndForgetsWhatIsGone()
    {
        await _suite.SeedModelAsync();
        await _suite.PutAsync(Buckets.Models, "m/gone.bin", "gone");
        var first = await BackUpAsync();
        await _suite.Blobs.DeleteAsync(Buckets.Models, "m/gone.bin");
        await _suite.PutAsync(Buckets.Models, "m/new.bin", "new");

        var second = await BackUpAsync();

        Assert.Equal(first.Manifest.Blobs, first.Copied);
        Assert.Equal((1, 3), (second.Copied, second.CopiedBytes));
        Assert.Equal(second.Manifest.Blobs, (await BackupReader.CheckAsync(Folder, (_, _) => { }, CancellationToken.None)).Blobs);
        Assert.Equal(2, Directory.GetFiles(Path.Combine(Folder.Path, "objects"), "*", SearchOption.AllDirectories).Length);
    }

    [Theory]
    [InlineData("objects")]
    [InlineData("registry.jsonl")]
    [InlineData("blobs.jsonl")]
    public async Task Backup_WithOneByteChanged_IsRefusedAndNothingIsRestored(string where)
    {
        await _suite.PromoteRunAsync();
        await BackUpAsync();
        var path = Path.Combine(Folder.Path, where);
        Change(Directory.Exists(path) ? Directory.GetFiles(path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).First() : path);

        await Assert.ThrowsAsync<BackupException>(() => BackupReader.CheckAsync(Folder, (_, _) => { }, CancellationToken.None));
        await Assert.ThrowsAsync<BackupException>(RestoreAsync);

        Assert.Equal(0, await _other.Registry.ReadAsync(context => context.Runs.CountAsync()));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(40)]
    [InlineData(-1)]
    public async Task Backup_WithoutAWholeManifest_IsRefused(int bytes)
    {
        await BackUpAsync();
        var manifest = Path.Combine(Folder.Path, BackupManifest.FileName);
        var whole = File.ReadAllText(manifest);
        File.Delete(manifest);
        if (bytes >= 0)
        {
            File.WriteAllText(manifest, whole[..bytes]);
        }

        Assert.Contains(BackupManifest.FileName, (await Assert.ThrowsAsync<BackupException>(RestoreAsync)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restore_ThatWasInterrupted_CanBeDoneAgain()
    {
        await _suite.PromoteRunAsync();
        await BackUpAsync();
        var calls = 0;
        var interrupted = new BackupRestore(_other.Registry, _other.Blobs, _other.Time, (_, _) => _ = ++calls == 2 ? throw new OperationCanceledException() : 0);
        await Assert.ThrowsAsync<OperationCanceledException>(() => interrupted.RestoreAsync(Folder, CancellationToken.None));

        await RestoreAsync();

        Assert.Equal(1, await _other.Registry.ReadAsync(context => context.Runs.CountAsync()));
    }

    [Fact]
    public async Task Restore_WhereSomethingElseLies_IsRefusedWithWhere()
    {
        await _suite.PromoteRunAsync();
        await BackUpAsync();
        await _other.PutAsync(Buckets.Models, "loramesh-tiny/config.json", "another");
        Assert.Contains("lm-models/loramesh-tiny/config.json", (await Assert.ThrowsAsync<BackupException>(RestoreAsync)).Message, StringComparison.Ordinal);

        await _other.Registry.WriteAsync(context => Task.FromResult(context.Projects.Add(new ProjectRow { Name = "here", CreatedAt = Sample.Start })));
        Assert.Contains("holds a registry already", (await Assert.ThrowsAsync<BackupException>(RestoreAsync)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restore_OfANewerProgramsBackup_IsRefused()
    {
        await BackUpAsync();
        var manifest = Path.Combine(Folder.Path, BackupManifest.FileName);
        File.WriteAllText(manifest, File.ReadAllText(manifest).Replace($"\"{(await Folder.OpenAsync(CancellationToken.None)).Schema}\"", "\"Future\"", StringComparison.Ordinal));

        Assert.Contains("'Future'", (await Assert.ThrowsAsync<BackupException>(RestoreAsync)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Backup_WithoutADatabase_SaysWhatToName()
    {
        var refused = await Assert.ThrowsAsync<BackupException>(() => RegistrySnapshot.OpenAsync(new DatabaseOptions(), Path.Combine(_folder.Path, "absent.db"), CancellationToken.None));

        Assert.Contains("absent.db", refused.Message, StringComparison.Ordinal);
        Assert.Contains("--data", refused.Message, StringComparison.Ordinal);
    }

    private BackupFolder Folder => new(Path.Combine(_folder.Path, "backup"));

    private Task<RegistrySnapshot> SnapshotAsync()
    {
        _ = _suite.Registry;
        return RegistrySnapshot.OpenAsync(new DatabaseOptions(), Path.Combine(_suite.Folder, "control.db"), CancellationToken.None);
    }

    private async Task<BackupResult> BackUpAsync()
    {
        await using var snapshot = await SnapshotAsync();
        return await new BackupWriter(_suite.Blobs, _suite.Time, (_, _) => { }).WriteAsync(snapshot, Folder, CancellationToken.None);
    }

    private Task RestoreAsync() => new BackupRestore(_other.Registry, _other.Blobs, _other.Time, (_, _) => { }).RestoreAsync(Folder, CancellationToken.None);

    private static Task<List<string>> DumpAsync(ControlHarness control) => control.Registry.ReadAsync(context =>
        Task.FromResult(RegistryTables.All.SelectMany(table => table.Rows(context).AsEnumerable().Select(table.Write)).ToList()));

    // What the dispatcher would have written; messages go nowhere here.
    private static async Task PutOutboxAsync(ControlHarness control)
    {
        foreach (var row in (await control.OutboxAsync()).Where(row => row.Kind == OutboxRow.Put))
        {
            var slash = row.Target.IndexOf('/', StringComparison.Ordinal);
            await control.PutAsync(row.Target[..slash], row.Target[(slash + 1)..], row.Body);
        }

        await control.SentAsync();
    }

    private static void Change(string file)
    {
        var bytes = File.ReadAllBytes(file);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(file, bytes);
    }
}
