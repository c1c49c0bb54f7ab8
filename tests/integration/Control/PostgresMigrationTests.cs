using LoraMesh.Containers;
using LoraMesh.Control.Registry;
using LoraMesh.Control.Registry.Rows;
using LoraMesh.UnitTests.Control;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace LoraMesh.IntegrationTests.Control;

/// <summary>Upgrades on a server: a registry as each earlier program left it, with rows in every table, opened by this one.</summary>
public sealed class PostgresMigrationTests(PostgresFixture server) : IClassFixture<PostgresFixture>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("loramesh-migrations-").FullName;

    public static TheoryData<string> Migrations
    {
        get
        {
            using var context = new PostgresRegistryContext(new DbContextOptionsBuilder<PostgresRegistryContext>().UseNpgsql().Options);
            return new(context.Database.GetMigrations());
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [DockerTheory]
    [MemberData(nameof(Migrations))]
    public async Task Open_FromEachSchemaSoFar_KeepsEveryRowAndGoesOn(string migration)
    {
        var (full, old) = (await server.NewDatabaseAsync(), await server.NewDatabaseAsync());
        await FillAsync(full);
        var tables = await MakeOldAsync(migration, full, old);
        var before = await RowsAsync(old, tables);

        using var upgraded = new ControlHarness(_folder, settings: PostgresFixture.Settings(old));
        Assert.Empty(await upgraded.Registry.ReadAsync(context => context.Database.GetPendingMigrationsAsync()));
        var after = await RowsAsync(old, tables);
        foreach (var (table, rows) in before)
        {
            Assert.NotEqual("[]", rows);
            Assert.Equal(rows, after[table]);
        }

        var open = Assert.Single(await upgraded.RunsAsync("other"));
        await upgraded.JudgeAsync(open, promote: true);
        await upgraded.ApplyAsync(open.Run, Sample.Deployed("other", 1));
        Assert.Equal("promoted", (await upgraded.RunAsync(open.Run)).State);
        Assert.Equal(3, (await upgraded.PromoteRunAsync("faq", "c.jsonl")).Version);
        Assert.True((await AuditChain.VerifyAsync(upgraded.Registry, null, CancellationToken.None)).Intact);
    }

    private async Task FillAsync(DatabaseOptions database)
    {
        using var control = new ControlHarness(_folder, settings: PostgresFixture.Settings(database));
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
    private async Task<Dictionary<string, string>> MakeOldAsync(string migration, DatabaseOptions full, DatabaseOptions old)
    {
        var connection = $"Host={old.Host};Port={old.Port};Database={old.Name};Username={old.Username};Password={old.Password};Pooling=false";
        await using (var context = new PostgresRegistryContext(new DbContextOptionsBuilder<PostgresRegistryContext>().UseNpgsql(connection).Options))
        {
            await context.GetService<IMigrator>().MigrateAsync(migration);
        }

        var columns = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var table in (await AskAsync(old, "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE '\\_\\_%'")).Split('\n'))
        {
            columns[table] = await AskAsync(old, $"SELECT string_agg('\"' || column_name || '\"', ', ' ORDER BY ordinal_position) FROM information_schema.columns WHERE table_name = '{table}'");
            var rows = (await AskAsync(full, $"SELECT coalesce(json_agg(\"{table}\"), '[]') FROM \"{table}\"")).Replace("'", "''", StringComparison.Ordinal);
            await AskAsync(old, $"INSERT INTO \"{table}\" SELECT * FROM json_populate_recordset(NULL::\"{table}\", '{rows}')");
            foreach (var number in (await AskAsync(old, $"SELECT column_name FROM information_schema.columns WHERE table_name = '{table}' AND is_identity = 'YES'")).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                await AskAsync(old, $"SELECT setval(pg_get_serial_sequence('\"{table}\"', '{number}'), (SELECT coalesce(max(\"{number}\"), 1) FROM \"{table}\"))");
            }
        }

        return columns;
    }

    private async Task<Dictionary<string, string>> RowsAsync(DatabaseOptions database, Dictionary<string, string> tables)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (table, columns) in tables)
        {
            found[table] = await AskAsync(database, $"SELECT coalesce(json_agg(row ORDER BY row), '[]') FROM (SELECT json_build_array({columns})::text AS row FROM \"{table}\") AS rows");
        }

        return found;
    }

    private Task<string> AskAsync(DatabaseOptions database, string statement) => server.Container!.QueryAsync(statement, database.Name);
}
