using LoraMesh.Contracts;
using MassTransit;

namespace LoraMesh.Inference.Adapters;

/// <summary>Looks at a project's aliases again when one of its adapters has been retired. Every replica gets every message.</summary>
public sealed class AdapterRetiredConsumer(AdapterDirectory directory) : IConsumer<AdapterRetired>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<AdapterRetired> context)
    {
        ArgumentNullException.ThrowIfNull(context);
        await directory.RefreshAsync(context.Message.Project, retryRefused: true, context.CancellationToken);
    }
}
