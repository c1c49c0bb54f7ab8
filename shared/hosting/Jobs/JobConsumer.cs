using LoraMesh.Hosting.Bus;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace LoraMesh.Hosting.Jobs;

/// <summary>
/// Takes a command when this process is free for one of its kind and holds the job's lease. The message is then
/// acknowledged and the work goes on behind it: no broker waits for hours of work.
/// </summary>
public sealed class JobConsumer<TCommand>(JobRunner<TCommand> runner, FreeWorkerGate gate, ILogger<JobConsumer<TCommand>> log) : IConsumer<TCommand>
    where TCommand : class
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<TCommand> context)
    {
        ArgumentNullException.ThrowIfNull(context);
        await gate.CloseAsync(context, runner.WhenFreeAsync);
        try
        {
            await runner.TakeAsync(context.Message, context.CancellationToken);
        }
        catch (Exception weather) when (JobFailure.IsTransient(weather) && context.GetRetryAttempt() >= WeatherRetries.OfCommands)
        {
            // Nothing is wrong with the command; control issues every job again that no worker holds.
            JobLog.LetGo(log, weather, typeof(TCommand).Name);
        }
    }
}
