using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.Control.Registry;
using LoraMesh.Control.Registry.Rows;
using LoraMesh.Hosting.Jobs;
using LoraMesh.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LoraMesh.Control.Pipeline;

/// <summary>Looks after open jobs: whose worker died, whose command got lost, whose time is up; and saves progress.</summary>
public sealed class JobWatch(RegistryStore registry, IBlobStore blobs, RunConductor conductor, RunBoard board, RunCurves curves, LeaseSweep sweep, IOptions<ControlOptions> options, TimeProvider time, ILogger<JobWatch> log)
{
    private readonly Dictionary<string, DateTimeOffset> _aliveAt = new(StringComparer.Ordinal);
    private DateTimeOffset? _firstLook;
    private ITurn? _turn;

    /// <summary>Does one round; of several replicas only one does. The first round issues every job again that no worker holds.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        await SaveProgressAsync(cancellationToken);
        if (!await HasTurnAsync(cancellationToken))
        {
            return;
        }

        var atStart = _firstLook is null;
        _firstLook ??= time.GetUtcNow();
        var jobs = await registry.ReadAsync(context => context.Jobs.Where(job => job.ClosedAt == null).OrderBy(job => job.IssuedAt).ToListAsync(cancellationToken), cancellationToken);
        var inOutbox = await registry.ReadAsync(context => context.Outbox.Where(row => row.SentAt == null && row.RunId != null).Select(row => row.RunId!).ToHashSetAsync(cancellationToken), cancellationToken);
        var leases = new Dictionary<string, JobLease?>(StringComparer.Ordinal);
        foreach (var job in jobs)
        {
            leases[job.JobId] = await LeaseAsync(job, cancellationToken);
        }

        var now = time.GetUtcNow();
        var held = jobs.Where(job => leases[job.JobId]?.IsLive(now) == true).ToList();
        held.ForEach(job => _aliveAt[job.JobId] = now);
        foreach (var forgotten in _aliveAt.Keys.Except(jobs.Select(job => job.JobId)).ToList())
        {
            _aliveAt.Remove(forgotten);
        }

        var taken = await NewestTakenAsync(jobs, held, cancellationToken);
        var stalled = new HashSet<string>(StringComparer.Ordinal);
        foreach (var job in jobs)
        {
            var overtaken = taken.TryGetValue(job.Stage, out var newest) && newest - job.IssuedAt > JobHealth.Overtaking;
            var busy = held.Any(other => other.Stage == job.Stage && other.JobId != job.JobId);
            DateTimeOffset? aliveAt = _aliveAt.TryGetValue(job.JobId, out var seen) ? seen : null;
            var health = new JobHealth(job, leases[job.JobId], aliveAt, busy, overtaken, inOutbox.Contains(job.RunId), _firstLook.Value, atStart, Deadline(job.Stage));
            if (health.IsStalled(now))
            {
                stalled.Add(job.RunId);
            }

            await ActAsync(health, now, cancellationToken);
        }

        await MarkStalledAsync(stalled, cancellationToken);
        await sweep.SweepAsync(cancellationToken);
    }

    /// <summary>When the newest command was issued that some worker took, by stage; of those closed before all open ones were issued nothing follows.</summary>
    private async Task<Dictionary<string, DateTimeOffset>> NewestTakenAsync(List<JobRow> open, List<JobRow> held, CancellationToken cancellationToken)
    {
        var taken = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        if (open.Count == 0)
        {
            return taken;
        }

        var oldest = open.Min(job => job.IssuedAt);
        var closed = await registry.ReadAsync(
            context => context.Jobs.Where(job => job.ClosedAt > oldest).GroupBy(job => job.Stage)
                .Select(stage => new { Stage = stage.Key, IssuedAt = stage.Max(job => job.IssuedAt) }).ToListAsync(cancellationToken),
            cancellationToken);
        foreach (var (stage, issuedAt) in closed.Select(job => (job.Stage, job.IssuedAt)).Concat(held.Select(job => (job.Stage, job.IssuedAt))))
        {
            taken[stage] = taken.TryGetValue(stage, out var known) && known > issuedAt ? known : issuedAt;
        }

        return taken;
    }

    // Kept from round to round: what is known of a job's worker grows in one process.
    private async Task<bool> HasTurnAsync(CancellationToken cancellationToken)
    {
        if (_turn is not null && await _turn.HoldsAsync(cancellationToken))
        {
            return true;
        }

        if (_turn is not null)
        {
            await _turn.DisposeAsync();
        }

        _turn = await registry.TryTakeTurnAsync(SharedWork.Watch, cancellationToken);
        return _turn is not null;
    }

    private async Task ActAsync(JobHealth health, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (job, verdict) = (health.Job, health.Judge(now));
        object? signal = verdict switch
        {
            JobVerdict.Lost => new WorkerLost(job.JobId, job.Attempt),
            JobVerdict.Unanswered => new CommandUnanswered(job.JobId),
            JobVerdict.Late => new DeadlinePassed(job.JobId, health.Deadline),
            _ => null,
        };
        if (signal is not null)
        {
            log.JobLost(job.JobId, verdict.ToString());
            await conductor.ApplyAsync(job.RunId, signal, null, "watch", cancellationToken);
        }
    }

    private async Task<JobLease?> LeaseAsync(JobRow job, CancellationToken cancellationToken)
    {
        if (job.Stage == JobHealth.DeployStage)
        {
            return null;
        }

        var key = LeaseKeeper.KeyOf(job.RunId, job.JobId);
        try
        {
            return await blobs.FindJsonAsync<JobLease>(Buckets.Runs, key, cancellationToken);
        }
        catch (JsonException problem)
        {
            log.LeaseUnreadable(key, problem.Message);
            return null;
        }
    }

    private async Task SaveProgressAsync(CancellationToken cancellationToken)
    {
        var known = board.Runs.Union(curves.Runs).ToList();
        if (known.Count == 0)
        {
            return;
        }

        // Another replica may have heard of a run's end.
        var open = await registry.ReadAsync(context => context.Jobs.Where(job => job.ClosedAt == null && known.Contains(job.RunId)).Select(job => job.RunId).ToListAsync(cancellationToken), cancellationToken);
        board.Keep(open);
        foreach (var ended in known.Except(open))
        {
            curves.Forget(ended);
        }

        var unsaved = board.TakeUnsaved();
        if (unsaved.Count == 0)
        {
            return;
        }

        var runs = unsaved.Keys.ToList();
        await registry.WriteAsync(
            async context =>
            {
                foreach (var row in await context.Runs.Where(row => runs.Contains(row.RunId) && !row.Ended).ToListAsync(cancellationToken))
                {
                    row.Progress = JsonSerializer.Serialize(unsaved[row.RunId], ContractsJson.Options);
                }
            },
            cancellationToken);
    }

    private async Task MarkStalledAsync(HashSet<string> stalled, CancellationToken cancellationToken)
    {
        var changed = await registry.WriteAsync(
            async context =>
            {
                var rows = await context.Runs.Where(row => !row.Ended && row.Stalled != stalled.Contains(row.RunId)).ToListAsync(cancellationToken);
                rows.ForEach(row => row.Stalled = !row.Stalled);
                return rows.ConvertAll(row => row.RunId);
            },
            cancellationToken);
        changed.ForEach(board.Changed);
    }

    private TimeSpan Deadline(string stage) => stage switch
    {
        "prepare" => options.Value.PrepareDeadline,
        "train" => options.Value.TrainDeadline,
        "evaluate" => options.Value.EvaluateDeadline,
        _ => options.Value.DeployDeadline,
    };
}
