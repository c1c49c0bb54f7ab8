using System.Security.Cryptography;
using LoraMesh.Contracts;
using LoraMesh.Control.Outbox;
using LoraMesh.Control.Pipeline;
using LoraMesh.Control.Registry;
using LoraMesh.Control.Registry.Rows;
using LoraMesh.Control.Telemetry;
using LoraMesh.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LoraMesh.Control.Intake;

/// <summary>Makes a run of what lies in a project, or of what is new in it, once its drops are complete.</summary>
public sealed class RunStarter(RegistryStore registry, IBlobStore blobs, Ledger ledger, ProjectSettings settings, OutboxDispatcher outbox, IOptions<ControlOptions> options, TimeProvider time, ILogger<RunStarter> log)
{
    /// <summary>Starts the run, or stores a rejected one that says what is wrong.</summary>
    /// <returns>Id of the run; null where the inbox changed meanwhile or holds nothing new.</returns>
    public async Task<string?> StartAsync(string project, CancellationToken cancellationToken)
    {
        var objects = await blobs.ListProjectAsync(project, cancellationToken);
        var files = await FilesAsync(project, objects, cancellationToken);
        if (files is null)
        {
            return null;
        }

        var runId = "run-" + RandomNumberGenerator.GetHexString(12, lowercase: true);
        var resolved = await ResolveAsync(project, objects, cancellationToken);
        using var trace = RunTrace.Begin(runId, project);
        var inputs = Chosen(files, resolved.Config?.Prep);
        if (resolved.Config is not null && inputs.Count > options.Value.MaxFilesPerRun)
        {
            resolved = TooManyFiles(project, inputs.Count);
        }

        var config = resolved.Config is null ? null
            : await blobs.PutJsonAsync(Buckets.Runs, $"{runId}/project.json", resolved.Config, cancellationToken: cancellationToken);
        var now = time.GetUtcNow();
        var transition = config is null
            ? RunStateMachine.Reject(runId, project, inputs, resolved.Code!, resolved.Reason!, now)
            : RunStateMachine.Start(runId, project, inputs, config, now);
        transition = transition with { Run = transition.Run with { TraceParent = trace?.Id } };
        if (!await StoreAsync(transition, objects, resolved, cancellationToken))
        {
            return null;
        }

        if (config is null)
        {
            log.RunRejected(runId, project, resolved.Code!, resolved.Reason!);
        }
        else
        {
            log.RunStarted(runId, project, inputs.Count);
        }

        outbox.Added.Wake();
        return runId;
    }

    private async Task<ResolvedSettings> ResolveAsync(string project, IReadOnlyList<BlobInfo> objects, CancellationToken cancellationToken)
    {
        if (project == InboxKey.NoProject)
        {
            var stray = InboxKey.Parse(objects[0].Key).Path;
            return ResolvedSettings.Refuse("outside_project", $"File '{stray}' lies directly in {Buckets.Inbox}. Expected: <project>/<file>. Move it into a folder named after its project.");
        }

        if (!InboxKey.IsProject(project))
        {
            return ResolvedSettings.Refuse("bad_project_name", $"Folder '{project}' in {Buckets.Inbox} is not a project name. Expected: 1 to 63 of a-z, 0-9 and '-', not beginning with '-' ({InboxKey.ProjectPattern}). Rename the folder.");
        }

        return await settings.ResolveAsync(project, cancellationToken);
    }

    private ResolvedSettings TooManyFiles(string project, int inputs) => ResolvedSettings.Refuse(
        "too_many_files", $"A run of project '{project}' would take {inputs} files, at most {options.Value.MaxFilesPerRun} are allowed (Control:MaxFilesPerRun). Put more rows into each file, or raise the limit.");

    // An incremental project is judged by what is new in it.
    private static List<BlobRef> Chosen(IReadOnlyList<(BlobRef File, bool IsNew)> files, PrepConfig? prep) =>
        [.. files.Where(entry => entry.IsNew || prep?.Drops != DropPolicy.Incremental || prep.IsRegressionSet(InboxKey.Parse(entry.File.Key).Path)).Select(entry => entry.File)];

    private async Task<IReadOnlyList<(BlobRef File, bool IsNew)>?> FilesAsync(string project, IReadOnlyList<BlobInfo> objects, CancellationToken cancellationToken)
    {
        var files = new List<(BlobRef, bool)>();
        foreach (var item in objects.Where(item => InboxKey.Parse(item.Key).Kind == InboxKind.Data))
        {
            if (await ledger.FindAsync(item.Key, item.ETag, cancellationToken) is not { } drop)
            {
                return null;
            }

            if (drop.Sha256 is not { } sha256)
            {
                if (await HashAsync(item, cancellationToken) is not { } found)
                {
                    return null;
                }

                sha256 = found;
                await ledger.HashedAsync(drop.Id, sha256, cancellationToken);
            }

            files.Add((new BlobRef { Bucket = item.Bucket, Key = item.Key, Sha256 = sha256, Bytes = item.Bytes }, drop.RunId is null));
        }

        var waits = await registry.ReadAsync(context => context.Drops.AnyAsync(drop => drop.Project == project && drop.RunId == null, cancellationToken), cancellationToken);
        return waits ? files : null;
    }

    // Null where the bytes are no longer those that were listed: then the project is looked at again.
    private async Task<string?> HashAsync(BlobInfo item, CancellationToken cancellationToken)
    {
        if (item.Sha256 is not null)
        {
            return item.Sha256;
        }

        await using var content = await blobs.OpenReadAsync(item.Bucket, item.Key, cancellationToken);
        var sha256 = content is null ? null : Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken));
        return (await blobs.StatAsync(item.Bucket, item.Key, cancellationToken))?.ETag == item.ETag ? sha256 : null;
    }

    private Task<bool> StoreAsync(Transition transition, IReadOnlyList<BlobInfo> objects, ResolvedSettings resolved, CancellationToken cancellationToken) => registry.WriteAsync(
        async context =>
        {
            var run = transition.Run;
            if (await context.Runs.AnyAsync(row => row.Project == run.Project && !row.Ended, cancellationToken))
            {
                return false;
            }

            var taken = run.Inputs.Select(input => (input.Key, input.Sha256)).ToHashSet();
            var waiting = await context.Drops.Where(drop => drop.Project == run.Project && drop.RunId == null).ToListAsync(cancellationToken);
            waiting.RemoveAll(drop => drop.Sha256 is null || !taken.Contains((drop.Key, drop.Sha256)));
            if (waiting.Count == 0)
            {
                // Another replica was faster, and its run has ended already.
                return false;
            }

            waiting.ForEach(drop => drop.RunId = run.RunId);

            if (resolved.CanBeCured)
            {
                var row = await context.Projects.SingleAsync(project => project.Name == run.Project, cancellationToken);
                (row.RefusedRun, row.RefusedSettings, row.MissingModel) = (run.RunId, resolved.SettingsETag, resolved.MissingModel);
            }

            await context.AddRunAsync(transition, "intake", cancellationToken);
            return true;
        },
        cancellationToken);
}
