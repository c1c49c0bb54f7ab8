using LoraMesh.Contracts;
using LoraMesh.Control.Registry;
using LoraMesh.Storage;
using Microsoft.Extensions.Options;

namespace LoraMesh.Control.Intake;

/// <summary>
/// Lists the inbox, compares it with the ledger and starts runs. The whole inbox is listed in fixed intervals;
/// projects with a hint, or with drops that wait for quiet, are looked at in between.
/// </summary>
public sealed class InboxReconciler(IBlobStore blobs, Ledger ledger, RunStarter starter, IntakeSignal signal, RegistryStore registry, IOptions<ControlOptions> options, TimeProvider time, ILogger<InboxReconciler> log)
{
    private static readonly TimeSpan BusyPause = TimeSpan.FromMilliseconds(500);

    private readonly HashSet<string> _gathering = new(StringComparer.Ordinal);
    private DateTimeOffset _nextFullLook = DateTimeOffset.MinValue;

    /// <summary>Does one round.</summary>
    /// <returns>How long until the next one, unless a hint comes.</returns>
    public async Task<TimeSpan> StepAsync(CancellationToken cancellationToken)
    {
        await using var turn = await registry.TryTakeTurnAsync(SharedWork.Intake, cancellationToken);
        if (turn is null)
        {
            return BusyPause;
        }

        var quiet = options.Value.QuietPeriod;
        var pause = TimeSpan.FromMilliseconds(Math.Clamp(quiet.TotalMilliseconds / 4, 50, 2000));
        foreach (var project in await LookAsync(cancellationToken))
        {
            if (project.Waiting.Count == 0 || project.HasOpenRun)
            {
                // The end of the open run asks for the next look.
                _gathering.Remove(project.Project);
                continue;
            }

            _gathering.Add(project.Project);
            var remaining = project.Remaining(quiet, time.GetUtcNow());
            if (remaining <= TimeSpan.Zero)
            {
                await StartAsync(project.Project, cancellationToken);
            }
            else if (remaining < pause)
            {
                pause = remaining;
            }
        }

        var untilFullLook = _nextFullLook - time.GetUtcNow();
        return _gathering.Count > 0 && pause < untilFullLook ? pause : TimeSpan.FromTicks(Math.Max(untilFullLook.Ticks, 0));
    }

    // A file that cannot be read holds up its own project only, and is tried again.
    private async Task StartAsync(string project, CancellationToken cancellationToken)
    {
        try
        {
            if (await starter.StartAsync(project, cancellationToken) is not null)
            {
                _gathering.Remove(project);
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            log.ProjectNotRead(problem, project);
        }
    }

    private async Task<List<ProjectGathering>> LookAsync(CancellationToken cancellationToken)
    {
        var projects = signal.Take().Union(_gathering).ToDictionary(project => project, IReadOnlyList<BlobInfo>? (_) => null, StringComparer.Ordinal);
        var missingModels = new Dictionary<string, string?>();
        if (time.GetUtcNow() >= _nextFullLook)
        {
            missingModels = await ledger.OpenProjectsAsync(cancellationToken);
            foreach (var project in missingModels.Keys)
            {
                projects[project] = [];
            }

            foreach (var (project, objects) in await blobs.ListAllAsync(cancellationToken))
            {
                projects[project] = objects;
            }

            _nextFullLook = time.GetUtcNow() + options.Value.ReconcileInterval;
        }

        var found = new List<ProjectGathering>();
        foreach (var (project, listed) in projects.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            var objects = listed ?? await blobs.ListProjectAsync(project, cancellationToken);
            var modelArrived = missingModels.GetValueOrDefault(project) is { } model
                && await blobs.StatAsync(Buckets.Models, $"{model}/{ProjectSettings.ModelFile}", cancellationToken) is not null;
            found.Add(await ledger.ObserveAsync(project, objects, modelArrived, cancellationToken));
        }

        return found;
    }
}
