using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.Control.Outbox;
using LoraMesh.Control.Registry;
using LoraMesh.Control.Registry.Rows;
using Microsoft.EntityFrameworkCore;

namespace LoraMesh.Control.Pipeline;

/// <summary>Puts a run and the effects of its transition into the caller's transaction.</summary>
public static class TransitionWriter
{
    /// <summary>The run that a row holds.</summary>
    public static Run Read(RunRow row) => JsonSerializer.Deserialize<Run>(row.Document, ContractsJson.Options)
        ?? throw new JsonException($"Run {row.RunId} is stored as JSON null.");

    /// <summary>The row of a run.</summary>
    internal static RunRow RowOf(Run run) =>
        new() { RunId = run.RunId, Project = run.Project, State = run.State, Ended = run.Job is null, Version = run.Version, Document = Text(run) };

    /// <summary>Stores a run that was just made.</summary>
    public static async Task AddRunAsync(this RegistryContext context, Transition transition, string who, CancellationToken cancellationToken)
    {
        var run = transition.Run;
        var row = RowOf(run);
        context.Runs.Add(row);
        await context.StoreAsync(row, transition, who, cancellationToken);
    }

    /// <summary>Stores what a message did to a run, and adds its effects to registry, outbox and audit trail.</summary>
    public static async Task StoreAsync(this RegistryContext context, RunRow row, Transition transition, string who, CancellationToken cancellationToken)
    {
        var run = transition.Run;
        if (row.State != run.State)
        {
            (row.Progress, row.Stalled) = (null, false);
        }

        (row.State, row.Ended, row.Version, row.Document) = (run.State, run.Job is null, run.Version, Text(run));
        await context.StoreJobsAsync(run, cancellationToken);
        await context.StoreDatasetAsync(run, cancellationToken);
        await context.ApplyEffectsAsync(transition.Effects, run.Project, run, who, run.UpdatedAt, cancellationToken);
        if (run.Job is null)
        {
            // From these records the registry can be made again.
            context.AddBlob(run.Project, run.RunId, Buckets.Runs, $"{run.RunId}/{RegistryRebuild.RecordName}", run, run.UpdatedAt);
        }
    }

    /// <summary>Adds effects to registry, outbox and audit trail.</summary>
    public static async Task ApplyEffectsAsync(this RegistryContext context, IEnumerable<Effect> effects, string project, Run? run, string who, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var effect in effects)
        {
            switch (effect)
            {
                case Send send:
                    context.AddMessage(project, run?.RunId, send.Message, now);
                    break;
                case Note note:
                    context.Audit.Add(new AuditRow { At = now, Who = who, What = note.What, Why = note.Why, Project = project, RunId = run?.RunId, Version = note.Version ?? run?.Version });
                    break;
                case AddVersion add:
                    context.Versions.Add(VersionOf(run!, add.Version, now));
                    break;
                case MoveAlias move:
                    await context.MoveAliasAsync(move, project, run?.RunId, now, cancellationToken);
                    break;
                case RetireLater retire:
                    (await context.VersionAsync(project, retire.Version, cancellationToken)).RetirePending = true;
                    break;
            }
        }
    }

    private static async Task<AdapterVersionRow> VersionAsync(this RegistryContext context, string project, int version, CancellationToken cancellationToken) =>
        await context.Versions.FindAsync([project, version], cancellationToken)
        ?? throw new InvalidOperationException($"Project {project} has no version {version}, though an alias points to it.");

    private static async Task MoveAliasAsync(this RegistryContext context, MoveAlias move, string project, string? runId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await context.Aliases.FindAsync([project, move.Name], cancellationToken) is { } alias)
        {
            alias.Version = move.Target.Version;
        }
        else
        {
            context.Aliases.Add(new AliasRow { Project = project, Name = move.Name, Version = move.Target.Version });
        }

        if (move.Name == AliasRow.Champion)
        {
            (await context.VersionAsync(project, move.Target.Version, cancellationToken)).RetirePending = false;
        }

        context.AddBlob(project, runId, Buckets.Adapters, $"{project}/aliases/{move.Name}.json", move.Target, now);
    }

    private static async Task StoreJobsAsync(this RegistryContext context, Run run, CancellationToken cancellationToken)
    {
        var open = await context.Jobs.Where(job => job.RunId == run.RunId && job.ClosedAt == null).ToListAsync(cancellationToken);
        foreach (var done in open.Where(job => job.JobId != run.Job?.JobId))
        {
            done.ClosedAt = run.UpdatedAt;
        }

        if (run.Job is not { } current)
        {
            return;
        }

        if (open.SingleOrDefault(job => job.JobId == current.JobId) is { } known)
        {
            (known.Attempt, known.IssuedAt) = (run.Attempt, current.IssuedAt);
        }
        else
        {
            context.Jobs.Add(new JobRow { JobId = current.JobId, RunId = run.RunId, Stage = current.Stage, Attempt = run.Attempt, StartedAt = current.StartedAt, IssuedAt = current.IssuedAt });
        }
    }

    private static async Task StoreDatasetAsync(this RegistryContext context, Run run, CancellationToken cancellationToken)
    {
        if (run.State == RunStates.Training && run.Dataset is not null && await context.Datasets.FindAsync([run.Project, run.Dataset.DatasetId], cancellationToken) is null)
        {
            context.Datasets.Add(DatasetOf(run, run.UpdatedAt));
        }
    }

    /// <summary>The row of a run's dataset.</summary>
    internal static DatasetRow DatasetOf(Run run, DateTimeOffset at) => new()
    {
        Project = run.Project,
        DatasetId = run.Dataset!.DatasetId,
        RunId = run.RunId,
        Manifest = Text(run.Dataset.Manifest),
        TrainRows = run.Dataset.TrainRows,
        TestRows = run.Dataset.TestRows,
        CreatedAt = at,
    };

    /// <summary>The row of a run's version.</summary>
    internal static AdapterVersionRow VersionOf(Run run, int version, DateTimeOffset now) => new()
    {
        Project = run.Project,
        Version = version,
        AdapterId = run.Trained!.AdapterId,
        Adapter = Text(run.Trained.Adapter),
        RunId = run.RunId,
        DatasetId = run.Dataset!.DatasetId,
        ModelDigest = run.ModelDigest!,
        BaseFigures = Text(run.Verdict!.Base),
        AdapterFigures = Text(run.Verdict.Candidate),
        Promoted = run.Verdict.Promote,
        CreatedAt = now,
    };

    private static string Text<T>(T value) => JsonSerializer.Serialize(value, ContractsJson.Options);
}
