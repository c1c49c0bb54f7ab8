using System.Collections.Concurrent;
using LoraMesh.Model;

namespace LoraMesh.Trainer;

// A thread of its own rather than a lock: what one thread gives back to the allocator another does not get (glibc keeps an arena
// for each), so four trainings on four threads would keep the memory of four steps.

/// <summary>
/// The one thread on which the trainings of a process compute, by turns, a step at a time: each has all processors, and the memory that
/// a step takes is there once. First come, first served. Thread-safe.
/// </summary>
public sealed class ComputeTurn : IDisposable
{
    private readonly BlockingCollection<Action> _line = [];

    /// <summary>Starts the thread.</summary>
    public ComputeTurn() => new Thread(Work) { IsBackground = true, Name = "compute" }.Start();

    /// <summary>How many wait for their turn.</summary>
    internal int Waiting => _line.Count;

    /// <summary>Waits for the turn and computes.</summary>
    /// <param name="compute">What to do in it.</param>
    /// <param name="cancellationToken">Ends the waiting, and nothing that has begun.</param>
    /// <exception cref="OperationCanceledException">It was given up before its turn came.</exception>
    public T Take<T>(Func<T> compute, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(compute);
        var place = new Place<T>(compute);
        _line.Add(place.Compute, cancellationToken);
        using var _ = cancellationToken.Register(() => place.GiveUp(cancellationToken));
        return place.Result();
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

    /// <summary>Lets the thread end when everyone in line has had their turn.</summary>
    public void Dispose() => _line.CompleteAdding();

    private void Work()
    {
        foreach (var turn in _line.GetConsumingEnumerable())
        {
            turn();
            if (Waiting > 0)
            {
                // The next one is another's: what this one needed is not to lie there meanwhile.
                TorchRuntime.ReleaseFreeMemory();
            }
        }
    }

    private sealed class Place<T>(Func<T> compute)
    {
        private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _taken;

        public T Result() => _done.Task.GetAwaiter().GetResult();

        public void Compute()
        {
            if (Interlocked.Exchange(ref _taken, 1) != 0)
            {
                return;
            }

            try
            {
                _done.SetResult(compute());
            }
            catch (Exception problem)
            {
                // Whoever waits gets it.
                _done.SetException(problem);
            }
        }

        public void GiveUp(CancellationToken cancellationToken)
        {
            if (Interlocked.Exchange(ref _taken, 1) == 0)
            {
                _done.SetCanceled(cancellationToken);
            }
        }
    }
}
