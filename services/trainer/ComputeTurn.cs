namespace LoraMesh.Trainer;

// Waiting is asynchronous though threads wait: so it is first come, first served, and who gives the turn back does not get it
// again before those who wait.

/// <summary>
/// Whose turn it is to compute. The trainings of a process go on by turns, a step at a time: each has all threads, and the memory
/// that a step takes is there once. Thread-safe.
/// </summary>
public sealed class ComputeTurn : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Waits for the turn and computes.</summary>
    /// <param name="compute">What to do in it.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public T Take<T>(Func<T> compute, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(compute);
        _turn.WaitAsync(cancellationToken).GetAwaiter().GetResult();
        try
        {
            return compute();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc cref="Take{T}"/>
    public void Take(Action compute, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(compute);
        Take(
            () =>
            {
                compute();
                return true;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();
}
