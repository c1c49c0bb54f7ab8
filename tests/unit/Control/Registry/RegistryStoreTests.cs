using LoraMesh.Control.Registry;
using LoraMesh.Control.Registry.Rows;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace LoraMesh.UnitTests.Control.Registry;

public sealed class RegistryStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("loramesh-registry-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Open_InUseByAnother_SaysSoAndWhatToDo()
    {
        using var first = Open();

        var refused = Assert.Throws<RegistryException>(Open);

        Assert.Contains("control.db", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Control:Database", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_OtherSchema_NamesBothVersions()
    {
        Open().Dispose();
        using (var connection = new SqliteConnection($"Data Source={File};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version=99";
            command.ExecuteNonQuery();
        }

        var refused = Assert.Throws<RegistryException>(Open);

        Assert.Contains("version 99", refused.Message, StringComparison.Ordinal);
        Assert.Contains("needs 1", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_ThatThrows_StoresNothing()
    {
        using var store = Open();

        await Assert.ThrowsAsync<InvalidOperationException>(() => store.WriteAsync(async context =>
        {
            context.Projects.Add(Project("one"));
            await context.SaveChangesAsync();
            throw new InvalidOperationException();
        }));

        Assert.Equal(0, await store.ReadAsync(context => context.Projects.CountAsync()));
    }

    [Fact]
    public async Task Writes_FromManySides_AreAllStored()
    {
        using var store = Open();

        await Task.WhenAll(Enumerable.Range(0, 40).Select(number => Task.Run(() => store.WriteAsync(async context =>
        {
            var before = await context.Projects.CountAsync();
            context.Projects.Add(Project($"p{before}"));
        }))));

        Assert.Equal(40, await store.ReadAsync(context => context.Projects.CountAsync()));
    }

    [Fact]
    public async Task SecondOpenRun_OfOneProject_IsRefusedByTheDatabase()
    {
        using var store = Open();
        await store.WriteAsync(context => Task.FromResult(context.Runs.Add(Row("run-1", ended: true))));
        await store.WriteAsync(context => Task.FromResult(context.Runs.Add(Row("run-2", ended: false))));

        await Assert.ThrowsAsync<DbUpdateException>(() => store.WriteAsync(context => Task.FromResult(context.Runs.Add(Row("run-3", ended: false)))));
    }

    [Fact]
    public async Task Stored_IsThereAfterReopening()
    {
        using (var store = Open())
        {
            await store.WriteAsync(context => Task.FromResult(context.Projects.Add(Project("one"))));
        }

        using var again = Open();
        Assert.Equal(Sample.Start, (await again.ReadAsync(context => context.Projects.SingleAsync())).CreatedAt);
        Assert.True(await again.ReadAsync(context => context.Database.SqlQueryRaw<string>("SELECT journal_mode AS Value FROM pragma_journal_mode").SingleAsync()) == "wal");
    }

    private string File => Path.Combine(_folder, "control.db");

    private RegistryStore Open() => new(File, TimeProvider.System);

    private static ProjectRow Project(string name) => new() { Name = name, CreatedAt = Sample.Start };

    private static RunRow Row(string id, bool ended) => new() { RunId = id, Project = "faq", State = "preparing", Ended = ended, Document = "{}" };
}
