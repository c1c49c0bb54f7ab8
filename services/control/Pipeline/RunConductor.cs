using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.Control.Intake;
using LoraMesh.Control.Outbox;
using LoraMesh.Control.Registry;
using LoraMesh.Control.Telemetry;
using LoraMesh.Hosting.Configuration;
using LoraMesh.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LoraMesh.Control.Pipeline;

/// <summary>Loads a run, lets the state machine decide, and stores run and effects in one transaction.</summary>
public sealed class RunConductor(RegistryStore registry, IBlobStore blobs, OutboxDispatcher outbox, IntakeSignal intake, RunBoard board, RunCurves curves, RunTrace trace, IOptions<JobOptions> jobs, TimeProvider time, ILogger<RunConductor> log)
{
    /// <summary>Gives a message to a run.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="message">An event of LoraMesh.Contracts or a signal of this room.</param>
    /// <param name="messageId">Id by which a second delivery is recognised; null for signals.</param>
    /// <param name="who">For the audit trail.</param>
    /// <param name="cancellationToken">Ends the attempt; nothing is stored then.</param>
    /// <returns>What happened, or null where there is no such run or the message was handled before.</returns>
    public async Task<Transition?> ApplyAsync(string runId, object message, Guid? messageId, string who, CancellationToken cancellationToken)
    {
        (message, var candidateDigest) = await VerifyAsync(message, cancellationToken);
        var transition = await registry.WriteAsync<Transition?>(
            async context =>
            {
                if (await context.HandledAsync(messageId, time.GetUtcNow(), cancellationToken)
                    || await context.Runs.SingleOrDefaultAsync(row => row.RunId == runId, cancellationToken) is not { } row)
                {
                    return null;
                }

                var facts = await FactsAsync(context, row.Project, candidateDigest, cancellationToken);
                var result = RunStateMachine.Apply(TransitionWriter.Read(row), message, facts);
                if (result.Ignored is null)
                {
                    await context.StoreAsync(row, result, who, cancellationToken);
                }

                return result;
            },
            cancellationToken);
        Announce(runId, message, transition);
        return transition;
    }

    // A result that is not what it says it is counts as a lost attempt: the next worker makes it anew.
    private async Task<(object Message, string? CandidateDigest)> VerifyAsync(object message, CancellationToken cancellationToken)
    {
        if (message is not AdapterTrained trained)
        {
            return (message, null);
        }

        try
        {
            var manifest = await blobs.ReadJsonAsync<AdapterManifest>(trained.Adapter, cancellationToken);
            return (message, manifest.Model.Digest);
        }
        catch (Exception problem) when (problem is BlobIntegrityException or JsonException)
        {
            return (new ResultRefused(trained.JobId, problem.Message), null);
        }
    }

    private async Task<RunFacts> FactsAsync(RegistryContext context, string project, string? candidateDigest, CancellationToken cancellationToken)
    {
        var champion = await context.ChampionAsync(project, cancellationToken);
        var next = await context.NextVersionAsync(project, cancellationToken);
        return new RunFacts(time.GetUtcNow(), next, champion?.Alias, champion?.ModelDigest, candidateDigest, jobs.Value.MaxAttempts);
    }

    private void Announce(string runId, object message, Transition? transition)
    {
        if (transition is null or { Ignored: not null })
        {
            log.MessageIgnored(message.GetType().Name, runId, transition?.Ignored ?? "it was handled before, or there is no such run");
            return;
        }

        var run = transition.Run;
        log.RunChanged(runId, run.Project, run.State, run.Attempt, run.Reason is null ? "" : $": {run.Reason}");
        board.Clear(runId);
        if (run.State != RunStates.Training)
        {
            curves.Forget(runId);
        }

        outbox.Added.Wake();
        if (run.Job is null)
        {
            trace.End(run);
            intake.Poke(run.Project);
        }
    }
}
