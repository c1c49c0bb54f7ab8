using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace LoraMesh.Control.Registry;

/// <summary>
/// The door to the database: any number of readers, one writer at a time. The file belongs to one process,
/// which a lock file beside it asserts. May be called from any thread.
/// </summary>
public sealed class RegistryStore : IDisposable
{
    // Raised with every change of the tables.
    private const int SchemaVersion = 1;
    private const int BusyRetries = 5;

    private readonly string _connection;
    private readonly DbContextOptions<RegistryContext> _options;
    private readonly SemaphoreSlim _writer = new(1, 1);
    private readonly FileStream _lock;
    private readonly TimeProvider _time;

    /// <summary>Opens the file, makes it where there is none, and keeps it until disposal.</summary>
    /// <exception cref="RegistryException">Another process has the file open, or its schema is another one.</exception>
    public RegistryStore(string file, TimeProvider time)
    {
        _time = time;
        File = Path.GetFullPath(file);
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        _lock = Lock(File);
        try
        {
            _connection = new SqliteConnectionStringBuilder { DataSource = File, DefaultTimeout = 30 }.ToString();
            _options = new DbContextOptionsBuilder<RegistryContext>().UseSqlite(_connection).Options;
            using var context = new RegistryContext(_options);
            Prepare(context);
        }
        catch
        {
            _lock.Dispose();
            throw;
        }
    }

    /// <summary>Full path of the database file.</summary>
    public string File { get; }

    /// <summary>Runs a query; what it returns must not depend on the context any more.</summary>
    public async Task<T> ReadAsync<T>(Func<RegistryContext, Task<T>> query)
    {
        await using var context = new RegistryContext(_options);
        context.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        return await query(context);
    }

    /// <summary>
    /// Runs a change in one transaction: all of it is stored, or nothing. It may run again when another process holds
    /// the file, so it changes nothing but the context.
    /// </summary>
    public async Task<T> WriteAsync<T>(Func<RegistryContext, Task<T>> change, CancellationToken cancellationToken = default)
    {
        await _writer.WaitAsync(cancellationToken);
        try
        {
            for (var tries = 1; ; tries++)
            {
                try
                {
                    await using var context = new RegistryContext(_options);
                    await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
                    var result = await change(context);
                    await context.SaveChangesAsync(cancellationToken);
                    await transaction.CommitAsync(cancellationToken);
                    return result;
                }
                catch (SqliteException busy) when (busy.SqliteErrorCode is 5 or 6 && tries < BusyRetries)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(100 * tries), _time, cancellationToken);
                }
            }
        }
        finally
        {
            _writer.Release();
        }
    }

    /// <summary>Runs a change without a result in one transaction.</summary>
    public async Task WriteAsync(Func<RegistryContext, Task> change, CancellationToken cancellationToken = default) => await WriteAsync(
        async context =>
        {
            await change(context);
            return true;
        },
        cancellationToken);

    /// <summary>Closes the file and gives up its lock.</summary>
    public void Dispose()
    {
        using (var connection = new SqliteConnection(_connection))
        {
            SqliteConnection.ClearPool(connection);
        }

        _lock.Dispose();
        _writer.Dispose();
    }

    private static FileStream Lock(string file)
    {
        try
        {
            return new FileStream(file + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException problem)
        {
            throw new RegistryException($"Database {file} is in use by another process ({file}.lock is locked). Stop that process, or give this one another folder (Storage:Folder, or Control:Database).", problem);
        }
    }

    // Tables and version number come in one transaction: a process killed here leaves an empty file or a whole one.
    private void Prepare(RegistryContext context)
    {
        context.Database.ExecuteSqlRaw("PRAGMA journal_mode=WAL;");
        var found = context.Database.SqlQueryRaw<int>("SELECT user_version AS Value FROM pragma_user_version").Single();
        if (found == 0)
        {
            using var transaction = context.Database.BeginTransaction();
            context.Database.ExecuteSqlRaw(context.Database.GenerateCreateScript());
            context.Database.ExecuteSqlRaw($"PRAGMA user_version={SchemaVersion};");
            transaction.Commit();
        }
        else if (found != SchemaVersion)
        {
            throw new RegistryException($"Database {File} has schema version {found}, this program needs {SchemaVersion}. Use the program version that wrote it, or move the file away: projects, runs and versions then begin anew.");
        }
    }
}
