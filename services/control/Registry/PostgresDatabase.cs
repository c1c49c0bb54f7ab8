using System.Data;
using LoraMesh.Hosting.Configuration;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace LoraMesh.Control.Registry;

/// <summary>
/// The registry on a PostgreSQL server. Processes take turns at writing, as threads do in a file: what is read in a
/// write is true until it ends, so no rule of the pipeline has to be proved for a second database.
/// </summary>
public sealed class PostgresDatabase : IRegistryDatabase
{
    // Advisory locks are numbers that mean what their users agree on; the first half is LoraMesh's own.
    private const long Locks = 0x4C4D_0000_0000;
    private const long MigrationLock = Locks + 1;
    private const long WriterLock = Locks + 2;
    private const long ProcessLock = Locks + 3;
    private const long TurnLocks = Locks + 0x100;

    private readonly NpgsqlDataSource _server;
    private readonly DbContextOptions<PostgresRegistryContext> _options;
    private readonly NpgsqlConnection _process;

    /// <summary>Connects, and brings the tables up to date.</summary>
    /// <param name="options">Where the server is.</param>
    /// <param name="alone">Whether this process can share the database with no other: its messages reach only itself.</param>
    /// <exception cref="RegistryException">The server does not take us, another process is in the way, or a newer program changed the tables.</exception>
    public PostgresDatabase(DatabaseOptions options, bool alone)
    {
        var where = $"Database '{options.Name}' on {options.Host}:{options.Port}";
        _server = NpgsqlDataSource.Create(ConnectionString(options));
        _options = new DbContextOptionsBuilder<PostgresRegistryContext>().UseNpgsql(_server).Options;
        NpgsqlConnection? process = null;
        try
        {
            process = _server.OpenConnection();
            Enter(process, alone, where);
            Scalar(process, $"SELECT pg_advisory_lock({MigrationLock})");
            using (var context = Open())
            {
                RegistryMigrations.Apply(context, where);
            }

            Scalar(process, $"SELECT pg_advisory_unlock({MigrationLock})");
            _process = process;
        }
        catch (Exception problem)
        {
            process?.Dispose();
            _server.Dispose();
            if (problem is NpgsqlException server)
            {
                throw new RegistryException($"{where} cannot be used: {server.Message} {Advice(server, options)}", server);
            }

            throw;
        }
    }

    /// <inheritdoc />
    public bool IsShared => true;

    /// <inheritdoc />
    public RegistryContext Open() => new PostgresRegistryContext(_options);

    /// <inheritdoc />
    public Task BeginWritingAsync(RegistryContext context, CancellationToken cancellationToken) =>
        context.Database.ExecuteSqlRawAsync($"SELECT pg_advisory_xact_lock({WriterLock})", cancellationToken);

    /// <inheritdoc />
    public bool IsPassing(Exception problem) => (problem as NpgsqlException ?? problem.InnerException as NpgsqlException) is { IsTransient: true };

    /// <inheritdoc />
    public async Task<ITurn?> TryTakeTurnAsync(SharedWork work, CancellationToken cancellationToken)
    {
        var connection = await _server.OpenConnectionAsync(cancellationToken);
        var taken = false;
        try
        {
            await using var command = new NpgsqlCommand("SELECT pg_try_advisory_lock($1)", connection) { Parameters = { new() { Value = TurnLocks + (long)work } } };
            taken = await command.ExecuteScalarAsync(cancellationToken) is true;
            return taken ? new Turn(connection) : null;
        }
        finally
        {
            if (!taken)
            {
                await connection.DisposeAsync();
            }
        }
    }

    /// <summary>Closes every connection.</summary>
    public void Dispose()
    {
        _process.Dispose();
        _server.Dispose();
    }

    internal static string ConnectionString(DatabaseOptions options) => new NpgsqlConnectionStringBuilder
    {
        Host = options.Host,
        Port = options.Port,
        Database = options.Name,
        Username = SecretText.Read(options.Username, options.UsernameFile),
        Password = SecretText.Read(options.Password, options.PasswordFile),
        SslMode = options.Tls ? SslMode.VerifyFull : SslMode.Disable,
        RootCertificate = options.CaFile,
        SslCertificate = options.CertificateFile,
        SslKey = options.KeyFile,
        ApplicationName = "loramesh-control",
        // A server that vanished without a word is noticed, also by a connection that only holds a lock.
        KeepAlive = 15,
        Timeout = 10,
        CommandTimeout = 60,
    }.ToString();

    private static void Enter(NpgsqlConnection process, bool alone, string where)
    {
        var free = Scalar(process, alone ? $"SELECT pg_try_advisory_lock({ProcessLock})" : $"SELECT pg_try_advisory_lock_shared({ProcessLock})");
        if (free is not true)
        {
            throw new RegistryException($"{where} is in use by another process, and {(alone ? "this one" : "that one")} keeps its messages to itself (Bus:Transport=memory). Stop that process, or run both with Bus:Transport=rabbitmq.");
        }
    }

    private static object? Scalar(NpgsqlConnection connection, string text)
    {
        using var command = new NpgsqlCommand(text, connection);
        return command.ExecuteScalar();
    }

    private static string Advice(NpgsqlException problem, DatabaseOptions options) => (problem as PostgresException)?.SqlState switch
    {
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification => "See Database:Username and Database:Password, or their files.",
        PostgresErrorCodes.InvalidCatalogName => $"Make it (CREATE DATABASE \"{options.Name}\"), or set Database:Name.",
        PostgresErrorCodes.InsufficientPrivilege => "The user must own the database or may create in its schema: GRANT CREATE ON SCHEMA public TO the user.",
        _ => "See whether the server runs, and Database:Host, Database:Port and Database:Tls.",
    };

    private sealed class Turn(NpgsqlConnection connection) : ITurn
    {
        public async Task<bool> HoldsAsync(CancellationToken cancellationToken)
        {
            if (connection.State != ConnectionState.Open)
            {
                return false;
            }

            try
            {
                await using var command = new NpgsqlCommand("SELECT 1", connection);
                await command.ExecuteScalarAsync(cancellationToken);
                return true;
            }
            catch (NpgsqlException)
            {
                return false;
            }
        }

        // Said aloud: the pool resets a connection only when it is used again.
        public async ValueTask DisposeAsync()
        {
            try
            {
                if (connection.State == ConnectionState.Open)
                {
                    await using var command = new NpgsqlCommand("SELECT pg_advisory_unlock_all()", connection);
                    await command.ExecuteNonQueryAsync();
                }
            }
            catch (NpgsqlException)
            {
                // A broken connection has lost its locks.
            }

            await connection.DisposeAsync();
        }
    }
}
