using Microsoft.EntityFrameworkCore;

namespace LoraMesh.Control.Registry;

/// <summary>The door to the database: any number of readers, one writer at a time. May be called from any thread.</summary>
public sealed class RegistryStore(IRegistryDatabase database, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _writer = new(1, 1);
    private readonly CancellationTokenSource _closing = new();

    /// <summary>Whether other processes may change it too.</summary>
    public bool IsShared => database.IsShared;

    /// <summary>Runs a query; what it returns must not depend on the context any more. It may run again when the database was away.</summary>
    public Task<T> ReadAsync<T>(Func<RegistryContext, Task<T>> query, CancellationToken cancellationToken = default) => PatientlyAsync(
        async () =>
        {
            await using var context = database.Open();
            context.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
            return await query(context);
        },
        cancellationToken);

    /// <summary>
    /// Runs a change in one transaction: all of it is stored, or nothing. It may run again when the database was busy
    /// or away, so it changes nothing but the context; and where the answer to a commit got lost it runs again on
    /// what it has stored itself.
    /// </summary>
    public async Task<T> WriteAsync<T>(Func<RegistryContext, Task<T>> change, CancellationToken cancellationToken = default)
    {
        await WaitForTurnAsync(cancellationToken);
        try
        {
            return await PatientlyAsync(
                async () =>
                {
                    await using var context = database.Open();
                    await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
                    await database.BeginWritingAsync(context, cancellationToken);
                    var result = await change(context);
                    await context.SaveChangesAsync(cancellationToken);
                    await transaction.CommitAsync(cancellationToken);
                    return result;
                },
                cancellationToken);
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

    /// <summary>Asks for a piece of work that one process at a time does.</summary>
    /// <returns>The turn, to be given back by disposal; null while another process has it.</returns>
    public Task<ITurn?> TryTakeTurnAsync(SharedWork work, CancellationToken cancellationToken) =>
        PatientlyAsync(() => database.TryTakeTurnAsync(work, cancellationToken), cancellationToken);

    /// <summary>Asks the database something, without patience.</summary>
    public async Task ProbeAsync(CancellationToken cancellationToken)
    {
        await using var context = database.Open();
        await context.Projects.AnyAsync(cancellationToken);
    }

    /// <summary>Closes the database. Who waits to write is told so: a handler that waited for ever would hold up the end of the bus.</summary>
    public void Dispose()
    {
        _closing.Cancel();
        database.Dispose();
    }

    // Neither semaphore nor source is disposed: both may still be asked, and neither holds more than memory.
    private async Task WaitForTurnAsync(CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
        try
        {
            await _writer.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ObjectDisposedException(nameof(RegistryStore), "The database was closed while this change waited for its turn.");
        }
    }

    private async Task<T> PatientlyAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        var since = time.GetTimestamp();
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await work();
            }
            catch (Exception problem) when (database.IsPassing(problem) && time.GetElapsedTime(since) < Patience)
            {
                await Task.Delay(TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, TimeSpan.FromMilliseconds(50 * tries).Ticks)), time, cancellationToken);
            }
        }
    }
}
