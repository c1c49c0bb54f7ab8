using LoraMesh.Contracts;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace LoraMesh.Hosting.Jobs;

/// <summary>Cancels this process's jobs of a cancelled run. Every process has its own queue for it.</summary>
public sealed class RunCancelledConsumer(JobCancellation cancellation, ILogger<RunCancelledConsumer> log) : IConsumer<RunCancelled>
{
    /// <inheritdoc/>
    public Task Consume(ConsumeContext<RunCancelled> context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var jobs = cancellation.Cancel(context.Message.RunId);
        JobLog.RunCancelled(log, context.Message.RunId, context.Message.Reason, jobs);
        return Task.CompletedTask;
    }
}
