namespace LoraMesh.Hosting.Jobs;

/// <summary>Which runs were cancelled, for jobs that run, wait, or come later. May be called from any thread.</summary>
public sealed class JobCancellation(TimeProvider clock)
{
    private const int MaxRemembered = 10_000;
    private static readonly TimeSpan Remember = TimeSpan.FromDays(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, DateTimeOffset> _cancelled = new(StringComparer.Ordinal);
    private readonly HashSet<JobTicket> _tickets = [];

    /// <summary>Cancels every job of the run in this process, also one that arrives within a day.</summary>
    /// <returns>How many jobs were running or waiting.</returns>
    public int Cancel(string runId)
    {
        List<JobTicket> concerned;
        lock (_lock)
        {
            Forget();
            _cancelled[runId] = clock.GetUtcNow();
            concerned = [.. _tickets.Where(ticket => ticket.RunId == runId)];
        }

        concerned.ForEach(ticket => ticket.Cancel());
        return concerned.Count;
    }

    /// <summary>Gives a token that is cancelled with the run; dispose the ticket when the job has ended.</summary>
    internal JobTicket Watch(string runId)
    {
        var ticket = new JobTicket(runId, Leave);
        lock (_lock)
        {
            _tickets.Add(ticket);
            if (!_cancelled.ContainsKey(runId))
            {
                return ticket;
            }
        }

        ticket.Cancel();
        return ticket;
    }

    private void Leave(JobTicket ticket)
    {
        lock (_lock)
        {
            _tickets.Remove(ticket);
        }
    }

    private void Forget()
    {
        var oldest = clock.GetUtcNow() - Remember;
        foreach (var (runId, at) in _cancelled)
        {
            if (at < oldest || _cancelled.Count >= MaxRemembered)
            {
                _cancelled.Remove(runId);
            }
        }
    }
}
