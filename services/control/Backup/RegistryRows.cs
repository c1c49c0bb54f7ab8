using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.Control.Registry;
using LoraMesh.Control.Registry.Rows;
using LoraMesh.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace LoraMesh.Control.Backup;

/// <summary>Loads the rows of a backup into an empty registry, and writes the aliases in the store as these rows have them.</summary>
internal sealed class RegistryRows(IBlobStore blobs, TimeProvider time)
{
    private const int Batch = 500;

    /// <summary>Refuses a registry that holds anything.</summary>
    public static async Task RefuseUnlessEmptyAsync(RegistryStore registry, CancellationToken cancellationToken)
    {
        if (await registry.ReadAsync(async context => await context.Projects.AnyAsync(cancellationToken) || await context.Runs.AnyAsync(cancellationToken) || await context.Audit.AnyAsync(cancellationToken), cancellationToken))
        {
            throw new BackupException("The database holds a registry already. Restore into an empty one: move the file away, or name another database (Database:File or Database:Name), and another store or data folder.");
        }
    }

    /// <summary>Refuses rows of tables that this program does not know yet.</summary>
    public static void RefuseNewer(BackupManifest manifest, string path)
    {
        if (!KnownSchemas().Contains(manifest.Schema))
        {
            throw new BackupException($"The backup in {path} was taken by a newer program (its tables are of '{manifest.Schema}'). Restore it with that version.");
        }
    }

    /// <summary>Stores every row in one transaction.</summary>
    public Task LoadAsync(RegistryStore registry, BackupManifest manifest, BackupFolder folder, CancellationToken cancellationToken) => registry.WriteAsync(
        async context =>
        {
            var aliases = new List<AliasRow>();
            var counts = new Dictionary<string, long>(StringComparer.Ordinal);
            await foreach (var line in folder.RowsAsync(cancellationToken))
            {
                var (table, row) = Read(line);
                counts[table.Name] = counts.GetValueOrDefault(table.Name) + 1;
                switch (row)
                {
                    case AliasRow alias:
                        aliases.Add(alias);
                        break;
                    case AdapterVersionRow version:
                        await SettleAsync(version, aliases, cancellationToken);
                        break;
                }

                context.Add(row);
                if (context.ChangeTracker.Entries().Count() >= Batch)
                {
                    await FlushAsync(context, cancellationToken);
                }
            }

            await FlushAsync(context, cancellationToken);
            await RemoveOtherAliasesAsync(aliases, cancellationToken);
            await GoOnCountingAsync(context, cancellationToken);
            context.Audit.Add(new AuditRow { At = time.GetUtcNow(), Who = "control", What = "registry_restored", Project = string.Empty, Why = $"A backup of {manifest.TakenAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC was restored: {counts.GetValueOrDefault("runs")} runs, {counts.GetValueOrDefault("versions")} versions." });
        },
        cancellationToken);

    private static (RegistryTable Table, object Row) Read(string line)
    {
        var entry = JsonSerializer.Deserialize<JsonElement>(line);
        var name = entry.GetProperty("table").GetString();
        var table = RegistryTables.All.FirstOrDefault(table => table.Name == name) ?? throw new BackupException($"The backup holds rows of '{name}', which this program does not know. Restore it with the version that took it.");
        return (table, table.Read(entry.GetProperty("row")));
    }

    // The store may be a little newer than the rows, or may have lost what was collected meanwhile.
    private async Task SettleAsync(AdapterVersionRow version, List<AliasRow> aliases, CancellationToken cancellationToken)
    {
        var alias = VersionQueries.AliasOf(version);
        if (version.CollectedAt is null && await blobs.StatAsync(alias.Adapter.Bucket, alias.Adapter.Key, cancellationToken) is null)
        {
            version.CollectedAt = time.GetUtcNow();
        }

        foreach (var pointing in aliases.Where(row => row.Project == version.Project && row.Version == version.Version))
        {
            await blobs.PutJsonAsync(Buckets.Adapters, KeyOf(pointing.Project, pointing.Name), alias, cancellationToken: cancellationToken);
        }
    }

    private Task RemoveOtherAliasesAsync(List<AliasRow> aliases, CancellationToken cancellationToken)
    {
        var known = aliases.Select(row => KeyOf(row.Project, row.Name)).ToHashSet(StringComparer.Ordinal);
        return blobs.DeleteAllAsync(Buckets.Adapters, string.Empty, blob => blob.Key.Split('/') is [_, "aliases", _] && !known.Contains(blob.Key), cancellationToken);
    }

    private static string KeyOf(string project, string alias) => $"{project}/aliases/{alias}.json";

    private static async Task FlushAsync(RegistryContext context, CancellationToken cancellationToken)
    {
        await context.SaveChangesAsync(cancellationToken);
        context.ChangeTracker.Clear();
    }

    // PostgreSQL counts beside the table, and has not seen numbers that were given to it. SQLite looks into the table.
    private static async Task GoOnCountingAsync(RegistryContext context, CancellationToken cancellationToken)
    {
        if (!context.Database.IsNpgsql())
        {
            return;
        }

        foreach (var entity in context.Model.GetEntityTypes())
        {
            if (entity.FindPrimaryKey()?.Properties is [{ ValueGenerated: ValueGenerated.OnAdd } number] && number.ClrType == typeof(long))
            {
                // Names of our own model; a name cannot be a parameter.
                var (table, column) = (entity.GetTableName(), number.GetColumnName());
                var statement = $"SELECT setval(pg_get_serial_sequence('\"{table}\"', '{column}'), (SELECT COALESCE(MAX(\"{column}\"), 1) FROM \"{table}\"), (SELECT COUNT(*) > 0 FROM \"{table}\"))";
                await context.Database.ExecuteSqlRawAsync(statement, cancellationToken);
            }
        }
    }

    private static HashSet<string> KnownSchemas()
    {
        using var context = new SqliteRegistryContext(new DbContextOptionsBuilder<SqliteRegistryContext>().UseSqlite().Options);
        return [.. context.Database.GetMigrations().Select(RegistrySnapshot.NameOf)];
    }
}
