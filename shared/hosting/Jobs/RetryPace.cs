using LoraMesh.Hosting.Configuration;

namespace LoraMesh.Hosting.Jobs;

/// <summary>How often and how long one job meets faults of its surroundings before it is given up. Not thread-safe.</summary>
internal sealed class RetryPace(JobOptions options, TimeProvider clock)
{
    /// <summary>Tries of a fault that waiting hardly mends, such as a file that is not there.</summary>
    public const int FewTries = 4;

    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan GoodWhile = TimeSpan.FromMinutes(1);

    private long _begun = clock.GetTimestamp();
    private long _firstFault;

    /// <summary>Tries in this row of faults, the newest included.</summary>
    public int Tries { get; private set; }

    /// <summary>When the job fails if this row of faults does not end (UTC).</summary>
    public DateTimeOffset FailsAt { get; private set; }

    /// <summary>Notes that a try begins.</summary>
    public void Begin() => _begun = clock.GetTimestamp();

    /// <summary>Notes that it met a fault; one after a good while of work begins a new row.</summary>
    /// <param name="fault">The fault.</param>
    /// <param name="spread">Where in the delay's spread, from 0 to 1.</param>
    /// <returns>The delay before the next try, or null where the job is given up.</returns>
    public TimeSpan? DelayAfter(Exception fault, double spread)
    {
        if (Tries == 0 || clock.GetElapsedTime(_begun) > GoodWhile)
        {
            Tries = 0;
            _firstFault = clock.GetTimestamp();
            FailsAt = clock.GetUtcNow() + options.RetryFor;
        }

        Tries++;
        var over = clock.GetElapsedTime(_firstFault) >= options.RetryFor || (Tries >= FewTries && !Passes(fault));
        var delay = JobFailure.DelayBefore(Math.Min(Tries - 1, 20), options.RetryDelay, spread);
        return over ? null : delay < LongestDelay ? delay : LongestDelay;
    }

    // What is not where it should be does not come by waiting, but for a store that is a moment behind.
    private static bool Passes(Exception fault) => fault is not (FileNotFoundException or DirectoryNotFoundException or EndOfStreamException or PathTooLongException);
}
