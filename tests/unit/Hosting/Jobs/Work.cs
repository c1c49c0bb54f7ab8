using System.Collections.Concurrent;
using LoraMesh.Hosting.Jobs;

namespace LoraMesh.UnitTests.Hosting.Jobs;

public sealed record DoWork
{
    public required string RunId { get; init; }

    public required string JobId { get; init; }

    public int Attempt { get; init; } = 1;
}

public sealed record WorkDone
{
    public required string JobId { get; init; }
}

public sealed record WorkFailed
{
    public required string JobId { get; init; }

    public required string Code { get; init; }

    public required string Reason { get; init; }
}

/// <summary>What the job under test does, and what it has done.</summary>
public sealed class Script
{
    public Func<DoWork, CancellationToken, Task> Act { get; set; } = (_, _) => Task.CompletedTask;

    public ConcurrentQueue<(string JobId, long Fence)> Started { get; } = new();

    public ConcurrentQueue<string> Cancelled { get; } = new();
}

public sealed class WorkJob(Script script) : IJob<DoWork>
{
    public async Task<object> RunAsync(DoWork command, JobContext context, CancellationToken cancellationToken)
    {
        script.Started.Enqueue((command.JobId, context.Fence));
        try
        {
            await script.Act(command, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            script.Cancelled.Enqueue(command.JobId);
            throw;
        }

        return new WorkDone { JobId = command.JobId };
    }

    public JobIdentity Identify(DoWork command) => new(command.RunId, command.JobId, command.Attempt);

    public object Fail(DoWork command, string code, string reason) => new WorkFailed { JobId = command.JobId, Code = code, Reason = reason };
}
