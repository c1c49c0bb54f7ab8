using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace LoraMesh.Control.Registry;

/// <summary>What a look at a registry found that changed nothing.</summary>
/// <param name="Where">The file, or the database and its server.</param>
/// <param name="Exists">Whether it is there; where it is not, the rest says nothing.</param>
/// <param name="Server">The database program and its version.</param>
/// <param name="Pending">Changes of the tables that this program would make.</param>
/// <param name="Newer">Changes of the tables that this program does not know.</param>
public sealed record RegistryState(string Where, bool Exists, string Server, IReadOnlyList<string> Pending, IReadOnlyList<string> Newer);

/// <summary>Looks at a registry from outside, also while control has it open.</summary>
public static class RegistryProbe
{
    /// <summary>Looks.</summary>
    /// <param name="options">Which database.</param>
    /// <param name="sqliteFile">The file, where it is <see cref="DatabaseOptions.Sqlite"/>.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    /// <exception cref="System.Data.Common.DbException">The database cannot be opened.</exception>
    public static async Task<RegistryState> LookAsync(DatabaseOptions options, string sqliteFile, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Kind == DatabaseOptions.Postgres)
        {
            var server = new DbContextOptionsBuilder<PostgresRegistryContext>().UseNpgsql(PostgresDatabase.ConnectionString(options)).Options;
            await using var remote = new PostgresRegistryContext(server);
            return await LookAsync(remote, $"Database '{options.Name}' on {options.Host}:{options.Port}", "PostgreSQL", cancellationToken);
        }

        var where = $"File {Path.GetFullPath(sqliteFile)}";
        if (!File.Exists(sqliteFile))
        {
            return new RegistryState(where, false, "SQLite", [], []);
        }

        var file = new SqliteConnectionStringBuilder { DataSource = sqliteFile, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString();
        await using var local = new SqliteRegistryContext(new DbContextOptionsBuilder<SqliteRegistryContext>().UseSqlite(file).Options);
        return await LookAsync(local, where, "SQLite", cancellationToken);
    }

    private static async Task<RegistryState> LookAsync(RegistryContext context, string where, string program, CancellationToken cancellationToken)
    {
        await context.Database.OpenConnectionAsync(cancellationToken);
        var applied = (await context.Database.GetAppliedMigrationsAsync(cancellationToken)).ToList();
        var known = context.Database.GetMigrations().ToList();
        var version = context.Database.GetDbConnection().ServerVersion;
        return new RegistryState(where, true, $"{program} {version}", [.. known.Except(applied)], [.. applied.Except(known)]);
    }
}
