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

    [Fact]
    public async Task Questions_OfEveryMessageAndRound_ScanNoTableThatGrows()
    {
        using var store = Open();
        await store.ReadAsync(context =>
        {
            IQueryable[] questions =
            [
                context.Runs.Where(row => row.RunId == "run"),
                context.Runs.Where(row => row.Project == "faq" && !row.Ended),
                context.Runs.Where(row => !row.Ended && row.Stalled),
                context.Runs.Where(row => row.Project == "faq" && row.Version == 3 && row.State == "deploying"),
                context.Runs.Where(row => row.Project == "faq").OrderByDescending(row => row.Number),
                context.Jobs.Where(row => row.ClosedAt == null).OrderBy(row => row.IssuedAt),
                context.Drops.Where(row => row.Project == "faq" && row.RunId == null),
                context.Drops.Where(row => row.Bucket == "lm-inbox" && row.Key == "faq/a" && row.ETag == "e"),
                context.Versions.Where(row => row.Project == "faq" && row.RetirePending),
                context.Outbox.Where(row => row.SentAt == null).OrderBy(row => row.Id),
            ];
            foreach (var question in questions)
            {
                var plan = Plan(question.ToQueryString());
                Assert.True(plan.TrueForAll(step => !step.StartsWith("SCAN", StringComparison.Ordinal) || step.Contains("USING INDEX", StringComparison.Ordinal)), $"{question.ToQueryString()}\n{string.Join('\n', plan)}");
            }

            return Task.FromResult(true);
        });
    }

    private List<string> Plan(string query)
    {
        using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "EXPLAIN QUERY PLAN " + query;
        using var reader = command.ExecuteReader();
        var steps = new List<string>();
        while (reader.Read())
        {
            steps.Add(reader.GetString(3));
        }

        return steps;
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
