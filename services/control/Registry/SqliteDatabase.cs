using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace LoraMesh.Control.Registry;

/// <summary>The registry in a SQLite file. It belongs to one process, which a lock file beside it asserts.</summary>
public sealed class SqliteDatabase : IRegistryDatabase
{
    // What the file says of itself: 1 was written before there were migrations, 2 is kept by them.
    private const int BeforeMigrations = 1;
    private const int ByMigrations = 2;

    private readonly string _file;
    private readonly FileStream _lock;
    private readonly DbContextOptions<SqliteRegistryContext> _options;
    private readonly string _connection;

    /// <summary>Opens the file, makes it where there is none, brings its tables up to date, and keeps it until disposal.</summary>
    /// <exception cref="RegistryException">Another process has the file open, or a newer program wrote it.</exception>
    public SqliteDatabase(string file)
    {
        _file = Path.GetFullPath(file);
        Directory.CreateDirectory(Path.GetDirectoryName(_file)!);
        _lock = Lock(_file);
        try
        {
            _connection = new SqliteConnectionStringBuilder { DataSource = _file, DefaultTimeout = 30 }.ToString();
            _options = new DbContextOptionsBuilder<SqliteRegistryContext>().UseSqlite(_connection).Options;
            using var context = Open();
            Prepare(context);
        }
        catch
        {
            _lock.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public bool IsShared => false;

    /// <inheritdoc />
    public RegistryContext Open() => new SqliteRegistryContext(_options);

    /// <inheritdoc />
    public Task BeginWritingAsync(RegistryContext context, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public bool IsPassing(Exception problem) => (problem as SqliteException ?? problem.InnerException as SqliteException) is { SqliteErrorCode: 5 or 6 };

    /// <inheritdoc />
    public Task<ITurn?> TryTakeTurnAsync(SharedWork work, CancellationToken cancellationToken) => Task.FromResult<ITurn?>(new OnlyProcess());

    /// <summary>Closes the file and gives up its lock.</summary>
    public void Dispose()
    {
        using (var connection = new SqliteConnection(_connection))
        {
            SqliteConnection.ClearPool(connection);
        }

        _lock.Dispose();
    }

    private static FileStream Lock(string file)
    {
        try
        {
            return new FileStream(file + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException problem)
        {
            throw new RegistryException($"Database {file} is in use by another process ({file}.lock is locked). Stop that process, give this one another file (Database:File, or Storage:Folder), or let both use a server (Database:Kind=postgresql).", problem);
        }
    }

    private void Prepare(RegistryContext context)
    {
        context.Database.ExecuteSqlRaw("PRAGMA journal_mode=WAL;");
        var found = context.Database.SqlQueryRaw<int>("SELECT user_version AS Value FROM pragma_user_version").Single();
        if (found > ByMigrations)
        {
            throw new RegistryException($"Database {_file} has schema version {found}, this program knows up to {ByMigrations}. Use the program version that wrote it, or move the file away: projects, runs and versions then begin anew.");
        }

        if (found == BeforeMigrations)
        {
            Adopt(context);
        }

        // Whoever held this lock of the migrations is dead: the file belongs to this process.
        context.Database.ExecuteSqlRaw("DROP TABLE IF EXISTS \"__EFMigrationsLock\"");
        RegistryMigrations.Apply(context, $"Database {_file}");
        context.Database.ExecuteSqlRaw($"PRAGMA user_version={ByMigrations};");
    }

    // The first migration makes the tables as they were before there were any: it counts as applied.
    private static void Adopt(RegistryContext context)
    {
        var history = context.GetService<IHistoryRepository>();
        using var transaction = context.Database.BeginTransaction();
        context.Database.ExecuteSqlRaw(history.GetCreateIfNotExistsScript());
        context.Database.ExecuteSqlRaw(history.GetInsertScript(new HistoryRow(context.Database.GetMigrations().First(), "10.0")));
        context.Database.ExecuteSqlRaw($"PRAGMA user_version={ByMigrations};");
        transaction.Commit();
    }

    private sealed class OnlyProcess : ITurn
    {
        public Task<bool> HoldsAsync(CancellationToken cancellationToken) => Task.FromResult(true);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
