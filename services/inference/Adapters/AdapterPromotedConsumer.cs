using LoraMesh.Contracts;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace LoraMesh.Inference.Adapters;

/// <summary>Follows a promotion at once and tells that it has. Every replica gets every message.</summary>
public sealed class AdapterPromotedConsumer(AdapterDirectory directory, ILogger<AdapterPromotedConsumer> logger) : IConsumer<AdapterPromoted>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<AdapterPromoted> context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var promoted = context.Message;
        await directory.RefreshAsync(promoted.Project, retryRefused: true, context.CancellationToken);
        if (directory.Champion(promoted.Project) is { } champion && champion.Version == promoted.Version && champion.AdapterId == promoted.AdapterId)
        {
            await context.Publish(new AdapterDeployed { Project = promoted.Project, Version = promoted.Version, Replica = Environment.MachineName });
        }
        else
        {
            Log.PromotionNotFollowed(logger, promoted.Project, promoted.Version, directory.Champion(promoted.Project)?.Version);
        }
    }
}
