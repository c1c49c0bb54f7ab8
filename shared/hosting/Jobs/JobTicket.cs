namespace LoraMesh.Hosting.Jobs;

/// <summary>A job's place in <see cref="JobCancellation"/>.</summary>
internal sealed class JobTicket(string runId, Action<JobTicket> leave) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _source = new();
    private bool _disposed;

    public string RunId { get; } = runId;

    public CancellationToken Token => _source.Token;

    public void Cancel()
    {
        lock (_lock)
        {
            if (!_disposed)
            {
                // Not waited for: what the job does on cancellation must not hold up the message that brought it.
                _ = _source.CancelAsync();
            }
        }
    }

    public void Dispose()
    {
        leave(this);
        lock (_lock)
        {
            _disposed = true;
            _source.Dispose();
        }
    }
}
