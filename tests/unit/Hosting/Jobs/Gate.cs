namespace LoraMesh.UnitTests.Hosting.Jobs;

/// <summary>Holds a job where the test wants it.</summary>
public sealed class Gate
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Waits until the job has come to the gate.</summary>
    public Task Reached => _reached.Task.WaitAsync(Patience);

    public void Open() => _open.TrySetResult();

    /// <summary>Called by the job.</summary>
    public Task PassAsync(CancellationToken cancellationToken)
    {
        _reached.TrySetResult();
        return _open.Task.WaitAsync(cancellationToken);
    }
}
