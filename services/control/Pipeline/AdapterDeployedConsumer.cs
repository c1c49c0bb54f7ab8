using LoraMesh.Contracts;
using LoraMesh.Control.Outbox;
using LoraMesh.Control.Registry;
using LoraMesh.Control.Registry.Rows;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace LoraMesh.Control.Pipeline;

/// <summary>A replica answers with a version: ends the run that made it, and lets the replaced champion go.</summary>
public sealed class AdapterDeployedConsumer(RegistryStore registry, RunConductor conductor, OutboxDispatcher outbox, TimeProvider time) : IConsumer<AdapterDeployed>
{
    /// <inheritdoc />
    public async Task Consume(ConsumeContext<AdapterDeployed> context)
    {
        var deployed = context.Message;
        var runId = await registry.ReadAsync(database => database.Runs
            .Where(row => row.Project == deployed.Project && row.Version == deployed.Version && row.State == RunStates.Deploying)
            .Select(row => row.RunId).SingleOrDefaultAsync(context.CancellationToken), context.CancellationToken);
        if (runId is not null)
        {
            await conductor.ApplyAsync(runId, deployed, context.MessageId, "inference", context.CancellationToken);
        }

        await RetireAsync(deployed, context.CancellationToken);
    }

    private async Task RetireAsync(AdapterDeployed deployed, CancellationToken cancellationToken)
    {
        var retired = await registry.WriteAsync(
            async context =>
            {
                if (!await context.Aliases.AnyAsync(alias => alias.Project == deployed.Project && alias.Name == AliasRow.Champion && alias.Version == deployed.Version, cancellationToken))
                {
                    return 0;
                }

                var replaced = await context.Versions.Where(row => row.Project == deployed.Project && row.RetirePending).ToListAsync(cancellationToken);
                foreach (var version in replaced)
                {
                    version.RetirePending = false;
                    context.AddMessage(deployed.Project, null, new AdapterRetired { Project = deployed.Project, Version = version.Version }, time.GetUtcNow());
                }

                return replaced.Count;
            },
            cancellationToken);
        if (retired > 0)
        {
            outbox.Added.Wake();
        }
    }
}
