using LoraMesh.Control.Backup;
using LoraMesh.Control.Registry;
using LoraMesh.UnitTests.Control;

namespace LoraMesh.IntegrationTests.Control;

/// <summary>Backups know no kind of database: from a file to a server, and from there back into a file.</summary>
public sealed class PostgresBackupTests(PostgresFixture server) : IClassFixture<PostgresFixture>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("loramesh-backup-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [DockerFact]
    public async Task Backup_FromFileToServerAndBack_KeepsEveryRowAndGoesOnCounting()
    {
        var options = await server.NewDatabaseAsync();
        using var file = new ControlHarness();
        await file.PromoteRunAsync();
        await file.PromoteRunAsync("faq", "b.jsonl");
        using var onServer = new ControlHarness(settings: PostgresFixture.Settings(options));
        using var again = new ControlHarness();

        await MoveAsync(file, new DatabaseOptions(), onServer, "one");
        Assert.Equal(3, (await onServer.PromoteRunAsync("faq", "c.jsonl")).Version);
        await MoveAsync(onServer, options, again, "two");

        var (before, after) = (await DumpAsync(onServer), await DumpAsync(again));

        // The entry that says so, and what is to write that into the archive.
        Assert.Collection(
            after.Except(before),
            row => Assert.Contains("registry_restored", row, StringComparison.Ordinal),
            row => Assert.Contains("\"table\":\"outbox\"", row, StringComparison.Ordinal));
        Assert.Equal(before.Count + 2, after.Count);
        Assert.True((await AuditChain.VerifyAsync(again.Registry, null, CancellationToken.None)).Intact);
        Assert.Equal(4, (await again.PromoteRunAsync("faq", "d.jsonl")).Version);
    }

    private async Task MoveAsync(ControlHarness from, DatabaseOptions options, ControlHarness to, string name)
    {
        var folder = new BackupFolder(Path.Combine(_folder, name));
        await using (var snapshot = await RegistrySnapshot.OpenAsync(options, Path.Combine(from.Folder, "control.db"), CancellationToken.None))
        {
            await new BackupWriter(from.Blobs, from.Time, (_, _) => { }).WriteAsync(snapshot, folder, CancellationToken.None);
        }

        await new BackupRestore(to.Registry, to.Blobs, to.Time, (_, _) => { }).RestoreAsync(folder, CancellationToken.None);
    }

    private static Task<List<string>> DumpAsync(ControlHarness control) => control.Registry.ReadAsync(context =>
        Task.FromResult(RegistryTables.All.SelectMany(table => table.Rows(context).AsEnumerable().Select(table.Write)).ToList()));
}
