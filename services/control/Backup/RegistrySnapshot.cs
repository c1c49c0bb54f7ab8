using System.Data;
using LoraMesh.Control.Registry;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace LoraMesh.Control.Backup;

/// <summary>The registry as it is at one moment, while control may go on changing it: a reader holds up nobody.</summary>
public sealed class RegistrySnapshot : IAsyncDisposable
{
    private RegistrySnapshot(RegistryContext context, string kind) => (Context, Kind) = (context, kind);

    /// <summary>The tables.</summary>
    public RegistryContext Context { get; }

    /// <summary>Kind of the database.</summary>
    public string Kind { get; }

    /// <summary>Name of the newest migration.</summary>
    public string Schema => NameOf(Context.Database.GetMigrations().Last());

    /// <summary>A migration's name without its time: the same for every kind of database.</summary>
    public static string NameOf(string migration) => migration[(migration.IndexOf('_', StringComparison.Ordinal) + 1)..];

    /// <summary>Opens it.</summary>
    /// <param name="options">Where the database is.</param>
    /// <param name="file">The file where it is SQLite.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="BackupException">There is none, it does not answer, or another version of the program made its tables.</exception>
    public static async Task<RegistrySnapshot> OpenAsync(DatabaseOptions options, string file, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var shared = options.Kind == DatabaseOptions.Postgres;
        var where = shared ? $"Database '{options.Name}' on {options.Host}:{options.Port}" : $"Database {Path.GetFullPath(file)}";
        if (!shared && !File.Exists(file))
        {
            throw new BackupException($"{where} is not there, so there is nothing to back up. Name the data folder with --data, or set Database:File as control has it.");
        }

        RegistryContext context = shared
            ? new PostgresRegistryContext(new DbContextOptionsBuilder<PostgresRegistryContext>().UseNpgsql(PostgresDatabase.ConnectionString(options)).Options)
            : new SqliteRegistryContext(new DbContextOptionsBuilder<SqliteRegistryContext>().UseSqlite(new SqliteConnectionStringBuilder { DataSource = file, DefaultTimeout = 30, Pooling = false }.ToString()).Options);
        try
        {
            await BeginAsync(context, cancellationToken);
            await CheckSchemaAsync(context, where, cancellationToken);
            return new RegistrySnapshot(context, options.Kind);
        }
        catch (Exception problem) when (problem is NpgsqlException or SqliteException)
        {
            await context.DisposeAsync();
            throw new BackupException($"{where} cannot be read: {problem.Message}", problem);
        }
        catch
        {
            await context.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Context.DisposeAsync();

    private static async Task BeginAsync(RegistryContext context, CancellationToken cancellationToken)
    {
        context.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        await context.Database.OpenConnectionAsync(cancellationToken);
        if (context.Database.GetDbConnection() is SqliteConnection sqlite)
        {
            // Deferred: the usual one would take the writer's place.
            await context.Database.UseTransactionAsync(sqlite.BeginTransaction(deferred: true), cancellationToken);
        }
        else
        {
            await context.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        }
    }

    private static async Task CheckSchemaAsync(RegistryContext context, string where, CancellationToken cancellationToken)
    {
        var applied = (await context.Database.GetAppliedMigrationsAsync(cancellationToken)).ToList();
        var known = context.Database.GetMigrations().ToList();
        if (!applied.SequenceEqual(known))
        {
            var (missing, unknown) = (known.Except(applied).Select(NameOf), applied.Except(known).Select(NameOf));
            throw new BackupException($"{where} was made by another version of the program (missing here: {Words(missing)}; unknown here: {Words(unknown)}). Back it up with the version that runs it.");
        }
    }

    private static string Words(IEnumerable<string> names) => string.Join(", ", names.DefaultIfEmpty("none"));
}
