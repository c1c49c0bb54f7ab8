using MassTransit;

namespace LoraMesh.Hosting.Jobs;

/// <summary>
/// Takes a command when this process is free for one of its kind and holds the job's lease. The message is then
/// acknowledged and the work goes on behind it: no broker waits for hours of work.
/// </summary>
public sealed class JobConsumer<TCommand>(JobRunner<TCommand> runner) : IConsumer<TCommand>
    where TCommand : class
{
    /// <inheritdoc/>
    public Task Consume(ConsumeContext<TCommand> context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return runner.TakeAsync(context.Message, context.CancellationToken);
    }
}
