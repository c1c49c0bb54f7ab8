using LoraMesh.Control.Backup;
using LoraMesh.Control.Pipeline;
using LoraMesh.Control.Registry;
using LoraMesh.Control.Registry.Rows;
using LoraMesh.UnitTests.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace LoraMesh.UnitTests.Control.Registry;

/// <summary>Upgrades: a registry as each earlier program left it, with rows in every table, opened by this one.</summary>
public sealed class MigrationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Migrations
    {
        get
        {
            using var context = Context("none.db");
            return new(context.Database.GetMigrations());
        }
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Migrations))]
    public async Task Open_FromEachSchemaSoFar_KeepsEveryRowAndGoesOn(string migration)
    {
        var (full, old) = (_folder.Path + "/full", _folder.Path + "/old");
        await FillAsync(full);
        var columns = MakeOld(migration, full, old);
        var before = columns.ToDictionary(table => table.Key, table => Rows(old, table.Key, table.Value));

        using var upgraded = new ControlHarness(old, blobs: new LoraMesh.Storage.FolderBlobStore(Path.Combine(full, "blobs")));
        Assert.Empty(await upgraded.Registry.ReadAsync(context => context.Database.GetPendingMigrationsAsync()));
        foreach (var (table, kept) in columns)
        {
            Assert.NotEmpty(before[table]);
            Assert.Equal(before[table], Rows(old, table, kept));
        }

        // This program's own types read what the earlier one wrote, and its pipeline goes on from there.
        await upgraded.Registry.ReadAsync(context => Task.FromResult(RegistryTables.All.Sum(table => table.Rows(context).AsEnumerable().Count())));
        Assert.Equal(["promoted", "promoted", "preparing"], (await upgraded.RunsAsync()).OrderBy(run => run.Project, StringComparer.Ordinal).Select(run => run.State));
        var open = Assert.Single(await upgraded.RunsAsync("other"));
        await upgraded.JudgeAsync(open, promote: true);
        await upgraded.ApplyAsync(open.Run, Sample.Deployed("other", 1));
        Assert.Equal("promoted", (await upgraded.RunAsync(open.Run)).State);
        Assert.Equal(3, (await upgraded.PromoteRunAsync("faq", "c.jsonl")).Version);
        Assert.Null(await upgraded.Get<ManualPromotion>().RollBackAsync("faq", "why not", "ada", CancellationToken.None));
        Assert.True((await AuditChain.VerifyAsync(upgraded.Registry, null, CancellationToken.None)).Intact);
    }

    // A registry of this program with something in every table.
    private static async Task FillAsync(string folder)
    {
        using var control = new ControlHarness(folder);
        await control.PromoteRunAsync();
        await control.PromoteRunAsync("faq", "b.jsonl");
        await control.StartRunAsync("other", "open.jsonl");
        await control.Get<VersionLabels>().SetTagAsync("faq", 1, "owner", "ada", "ada", CancellationToken.None);
        await control.Registry.WriteAsync(context =>
        {
            context.Webhooks.Add(new WebhookRow { Name = "hook", Heard = 1, DueAt = Sample.Start });
            context.Inbox.Add(new InboxRow { MessageId = Guid.Parse("0196b0a0-0000-7000-8000-000000000001"), At = Sample.Start });
            return Task.CompletedTask;
        });
    }

    // The tables as that migration left them, and of the full registry's rows what they have columns for.
    private static Dictionary<string, string> MakeOld(string migration, string full, string old)
    {
        Directory.CreateDirectory(old);
        using (var context = Context(Path.Combine(old, "control.db")))
        {
            context.GetService<IMigrator>().Migrate(migration);
            context.Database.ExecuteSqlRaw("PRAGMA user_version=2");
        }

        using var connection = Open(old);
        Run(connection, $"ATTACH DATABASE '{Path.Combine(full, "control.db")}' AS full");
        var tables = Texts(connection, "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE '\\_\\_%' ESCAPE '\\'");
        var columns = tables.ToDictionary(table => table, table => string.Join(", ", Texts(connection, $"SELECT '\"' || name || '\"' FROM pragma_table_info('{table}', 'main')")));
        foreach (var (table, names) in columns)
        {
            Run(connection, $"INSERT INTO main.\"{table}\" ({names}) SELECT {names} FROM full.\"{table}\"");
        }

        return columns;
    }

    private static List<string> Rows(string folder, string table, string columns)
    {
        using var connection = Open(folder);
        return Texts(connection, $"SELECT json_array({columns}) FROM \"{table}\" ORDER BY 1");
    }

    private static SqliteRegistryContext Context(string file) =>
        new(new DbContextOptionsBuilder<SqliteRegistryContext>().UseSqlite($"Data Source={file};Pooling=False").Options);

    private static SqliteConnection Open(string folder)
    {
        var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "control.db")};Pooling=False");
        connection.Open();
        return connection;
    }

    private static void Run(SqliteConnection connection, string text)
    {
        using var command = connection.CreateCommand();
        command.CommandText = text;
        command.ExecuteNonQuery();
    }

    private static List<string> Texts(SqliteConnection connection, string text)
    {
        using var command = connection.CreateCommand();
        command.CommandText = text;
        using var reader = command.ExecuteReader();
        var found = new List<string>();
        while (reader.Read())
        {
            found.Add(reader.GetString(0));
        }

        return found;
    }
}
