using LoraMesh.Contracts;
using LoraMesh.Inference.Models;
using LoraMesh.Storage;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LoraMesh.Inference.Adapters;

/// <summary>Follows the store: at the start, and slowly ever after, for promotions whose message never came.</summary>
public sealed class AdapterPoll(AdapterDirectory directory, BaseModels models, IBus bus, IOptions<InferenceOptions> options, TimeProvider time, ILogger<AdapterPoll> logger) : BackgroundService
{
    /// <summary>Whether the store has been read once and what it asks for is loaded.</summary>
    public bool IsReady { get; private set; }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.PollInterval, time);
        do
        {
            try
            {
                await FollowAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // What is served is served on; the next turn tries again.
                Log.PollFailed(logger, e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        var changed = await models.RefreshAsync(cancellationToken);
        var loaded = await LoadFirstAsync(cancellationToken);
        var deployed = await directory.RefreshAsync(project: null, retryRefused: changed, cancellationToken);
        IsReady |= loaded;
        foreach (var alias in deployed)
        {
            await bus.Publish(new AdapterDeployed { Project = alias.Project, Version = alias.Version, Replica = Environment.MachineName }, cancellationToken);
        }
    }

    private async Task<bool> LoadFirstAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await models.LoadFirstAsync(cancellationToken);
        }
        catch (ModelRefusedException e)
        {
            Log.ModelRefused(logger, e.Message);
            return false;
        }
    }
}
