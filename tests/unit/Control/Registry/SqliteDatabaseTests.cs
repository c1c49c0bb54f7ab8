using LoraMesh.Control.Registry;
using LoraMesh.UnitTests.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace LoraMesh.UnitTests.Control.Registry;

public sealed class SqliteDatabaseTests : RegistryContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    protected override IRegistryDatabase Database() => new SqliteDatabase(File);

    private string File => Path.Combine(_folder.Path, "control.db");

    [Fact]
    public void Open_InUseByAnother_SaysSoAndWhatToDo()
    {
        using var first = Database();

        var refused = Assert.Throws<RegistryException>(Database);

        Assert.Contains("control.db", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Database:File", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Database:Kind=postgresql", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_UnknownSchema_NamesBothVersions()
    {
        Database().Dispose();
        Run("PRAGMA user_version=99");

        var refused = Assert.Throws<RegistryException>(Database);

        Assert.Contains("version 99", refused.Message, StringComparison.Ordinal);
        Assert.Contains("up to 2", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_ChangedByANewerProgram_NamesTheMigration()
    {
        Database().Dispose();
        Run("INSERT INTO __EFMigrationsHistory VALUES ('20991231000000_Future', '20.0')");

        var refused = Assert.Throws<RegistryException>(Database);

        Assert.Contains("20991231000000_Future", refused.Message, StringComparison.Ordinal);
        Assert.Contains("control.db", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_FileFromBeforeMigrations_KeepsItsRowsAndIsBroughtUpToDate()
    {
        Run(System.IO.File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Control", "Registry", "before-migrations.sql")));
        Run("INSERT INTO Projects (Name, CreatedAt) VALUES ('kept', 1772366400000); PRAGMA user_version=1");

        using (var store = Open())
        {
            Assert.Equal(Sample.Start, (await store.ReadAsync(context => context.Projects.SingleAsync(row => row.Name == "kept"))).CreatedAt);
            Assert.Empty(await store.ReadAsync(context => context.Database.GetPendingMigrationsAsync()));
        }

        using var again = Open();
        Assert.Equal(1, await again.ReadAsync(context => context.Projects.CountAsync()));
    }

    [Fact]
    public async Task Open_AfterAMigrationThatWasKilled_DoesNotWaitForItsLock()
    {
        Database().Dispose();
        Run("INSERT INTO __EFMigrationsLock VALUES (1, '2026-01-01')");

        var store = await Task.Run(Open).WaitAsync(TimeSpan.FromSeconds(20));

        store.Dispose();
    }

    [Fact]
    public async Task Journal_IsWrittenAhead()
    {
        using var store = Open();

        Assert.Equal("wal", await store.ReadAsync(context => context.Database.SqlQueryRaw<string>("SELECT journal_mode AS Value FROM pragma_journal_mode").SingleAsync()));
    }

    private void Run(string text)
    {
        using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = text;
        command.ExecuteNonQuery();
    }
}
