using System.Globalization;
using LoraMesh.Contracts;

namespace LoraMesh.Control.Pipeline;

/// <summary>
/// The story of a run: (run, message) → run and effects. Pure, so it can be read, tested and replayed. A message that
/// does not fit the state, such as a duplicate, a late one, or one of another job, changes nothing.
/// <code>
/// preparing ─ DatasetPrepared → training ─ AdapterTrained → evaluating ─ AdapterEvaluated → deploying ─ AdapterDeployed → promoted
///     └ DatasetRejected → rejected  └ TrainingFailed → failed   ├ not better → refused            └ deadline → promoted
///                                                               ├ to be approved → held ─ ApproveRun → promoted
///                                                               │                       └ RejectRun → refused
///                                                               └ EvaluationFailed → failed
/// any but deploying: CancelRun → cancelled; DeadlinePassed, or too many workers lost → failed
/// </code>
/// </summary>
public static class RunStateMachine
{
    /// <summary>A new run; its first command goes out with it.</summary>
    public static Transition Start(string runId, string project, IReadOnlyList<BlobRef> inputs, BlobRef config, DateTimeOffset now)
    {
        var run = New(runId, project, inputs, now) with { Config = config };
        return Enter(run, RunStates.Preparing, now, new Note("run_started", $"{inputs.Count} drops"));
    }

    /// <summary>A run that cannot start; it exists so that its reason can be read.</summary>
    public static Transition Reject(string runId, string project, IReadOnlyList<BlobRef> inputs, string code, string reason, DateTimeOffset now) =>
        End(New(runId, project, inputs, now), RunStates.Rejected, code, reason, now);

    /// <summary>What a message does to a run.</summary>
    public static Transition Apply(Run run, object message, RunFacts facts) => message switch
    {
        ApproveRun m when run.State == RunStates.Held => Approve(run, m, facts),
        RejectRun m when run.State == RunStates.Held => End(run, RunStates.Refused, "rejected_by_hand", $"Rejected by {m.By}: {m.Reason}", facts.Now, new Note("run_disapproved", $"{m.By}: {m.Reason}")),
        _ when run.Job is null => Ignore(run, $"the run has ended as {run.State}"),

        DatasetPrepared m when Answers(run, RunStates.Preparing, m.JobId) => Enter(run with { Dataset = m, ChampionAtStart = facts.Champion?.Adapter }, RunStates.Training, facts.Now),
        DatasetRejected m when Answers(run, RunStates.Preparing, m.JobId) => End(run with { RejectionReport = m.Report }, RunStates.Rejected, m.Code, m.Reason, facts.Now),

        AdapterTrained m when Answers(run, RunStates.Training, m.JobId) => Trained(run, m, facts),
        TrainingFailed m when Answers(run, RunStates.Training, m.JobId) => End(run, RunStates.Failed, m.Code, m.Reason, facts.Now),

        AdapterEvaluated m when Answers(run, RunStates.Evaluating, m.JobId) => Evaluated(run, m, facts),
        EvaluationFailed m when Answers(run, RunStates.Evaluating, m.JobId) => End(run, RunStates.Failed, m.Code, m.Reason, facts.Now),

        AdapterDeployed m when run.State == RunStates.Deploying && m.Project == run.Project && m.Version == run.Version =>
            End(run, RunStates.Promoted, null, run.Verdict!.Reason, facts.Now),

        CancelRun when run.State == RunStates.Deploying => Ignore(run, "its adapter is champion already; roll the project back instead"),
        CancelRun m => Cancel(run, RunStates.Cancelled, "cancelled", m.Reason, facts.Now),
        WorkerLost m when m.JobId == run.Job.JobId && m.Attempt == run.Attempt => Again(run, $"The worker of {m.JobId} stopped answering.", facts),
        ResultRefused m when m.JobId == run.Job.JobId => Again(run, $"The result of {m.JobId} was refused: {m.Problem}", facts),
        JobReleased m when m.JobId == run.Job.JobId && m.Attempt == run.Attempt => Issue(run, facts.Now, new Note("job_released", $"The worker of {m.JobId} ended and gave it back; attempt {run.Attempt} was issued again.")),
        CommandUnanswered m when m.JobId == run.Job.JobId => Issue(run, facts.Now, new Note("job_reissued", $"Nobody held {m.JobId}; attempt {run.Attempt} was issued again.")),
        DeadlinePassed m when m.JobId == run.Job.JobId => Late(run, m, facts.Now),

        _ => Ignore(run, $"it does not belong to job {run.Job.JobId} in state {run.State}"),
    };

    private static Transition Trained(Run run, AdapterTrained trained, RunFacts facts)
    {
        var comparable = facts.Champion is not null && facts.ChampionModelDigest == facts.CandidateModelDigest;
        var next = run with { Trained = trained, ModelDigest = facts.CandidateModelDigest, Champion = comparable ? facts.Champion!.Adapter : null };
        return Enter(next, RunStates.Evaluating, facts.Now);
    }

    private static Transition Evaluated(Run run, AdapterEvaluated verdict, RunFacts facts)
    {
        var version = new AddVersion(facts.NextVersion);
        var judged = run with { Verdict = verdict, Version = facts.NextVersion, ReigningVersion = facts.Champion?.Version };
        if (verdict.Decision == GateDecision.Hold)
        {
            return End(judged, RunStates.Held, "awaits_approval", verdict.Reason, facts.Now, version);
        }

        if (!verdict.Promote)
        {
            return End(judged, RunStates.Refused, "not_better", verdict.Reason, facts.Now, version);
        }

        var moves = Promotion.Moves(Alias(judged), facts.Champion);
        return Enter(judged with { Reason = verdict.Reason }, RunStates.Deploying, facts.Now, [version, .. moves, new Note("adapter_promoted", verdict.Reason)]);
    }

    // What was compared must still be what is replaced: a later champion may be better than this candidate.
    private static Transition Approve(Run run, ApproveRun approval, RunFacts facts)
    {
        if (facts.Champion?.Version != run.ReigningVersion)
        {
            return Ignore(run, $"it was compared with {(run.ReigningVersion is { } then ? $"version {then}" : "no champion")}, and version {facts.Champion?.Version} reigns now; 'promote' makes its version champion all the same");
        }

        var winner = Alias(run);
        var reason = $"Approved by {approval.By}: {approval.Reason}";
        return End(run, RunStates.Promoted, null, reason, facts.Now, [.. Promotion.Moves(winner, facts.Champion), new Note("run_approved", $"{approval.By}: {approval.Reason}"), new Send(Promotion.Announcement(winner))]);
    }

    private static Transition Again(Run run, string why, RunFacts facts)
    {
        if (run.Attempt >= facts.MaxAttempts)
        {
            return Cancel(run, RunStates.Failed, "attempts_exhausted", $"The stage '{run.Job!.Stage}' was tried {run.Attempt} times without a result. The last time: {why} Look at that worker's log for the cause, such as too little memory, then drop new data.", facts.Now);
        }

        var next = run with { Attempt = run.Attempt + 1 };
        return Issue(next, facts.Now, new Note("job_retried", $"{why} Attempt {next.Attempt} of {facts.MaxAttempts} was issued."));
    }

    private static Transition Late(Run run, DeadlinePassed deadline, DateTimeOffset now)
    {
        var allowed = deadline.Allowed.ToString("c", CultureInfo.InvariantCulture);
        return run.State == RunStates.Deploying
            ? End(run, RunStates.Promoted, "not_confirmed", $"{run.Reason} No inference replica confirmed within {allowed}; each one loads the champion when it next looks at the aliases.", now)
            : Cancel(run, RunStates.Failed, "deadline_passed", $"The stage '{run.Job!.Stage}' did not end within {allowed} (job {run.Job.JobId}). See whether its worker runs; the limit is set in the section Control.", now);
    }

    private static Transition Enter(Run run, string state, DateTimeOffset now, params Effect[] before)
    {
        var stage = Stage(state);
        var job = new RunJob { JobId = $"{run.RunId}-{stage}", Stage = stage, StartedAt = now, IssuedAt = now };
        return Issue(run with { State = state, Job = job, Attempt = 1 }, now, before);
    }

    private static Transition Issue(Run run, DateTimeOffset now, params Effect[] before)
    {
        var issued = run with { UpdatedAt = now, Job = run.Job! with { IssuedAt = now } };
        return new Transition(issued, [.. before, new Send(Command(issued))]);
    }

    private static Transition Cancel(Run run, string state, string code, string reason, DateTimeOffset now) =>
        End(run, state, code, reason, now, new Send(new RunCancelled { RunId = run.RunId, Reason = reason }));

    private static Transition End(Run run, string state, string? code, string reason, DateTimeOffset now, params Effect[] before)
    {
        var ended = run with { State = state, Code = code, Reason = reason, UpdatedAt = now, Job = null };
        return new Transition(ended, [.. before, new Note("run_" + state, reason)]);
    }

    private static Transition Ignore(Run run, string why) => new(run, [], why);

    private static bool Answers(Run run, string state, string jobId) => run.State == state && run.Job!.JobId == jobId;

    private static string Stage(string state) => state switch
    {
        RunStates.Preparing => "prepare",
        RunStates.Training => "train",
        RunStates.Evaluating => "evaluate",
        RunStates.Deploying => "deploy",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "A terminal state has no stage."),
    };

    // What the current state waits for is asked for with this, whether for the first time or again.
    private static object Command(Run run) => run.State switch
    {
        RunStates.Preparing => new PrepareDataset { JobId = run.Job!.JobId, RunId = run.RunId, Project = run.Project, Attempt = run.Attempt, Inputs = run.Inputs, Config = run.Config! },
        RunStates.Training => new TrainAdapter { JobId = run.Job!.JobId, RunId = run.RunId, Project = run.Project, Attempt = run.Attempt, Dataset = run.Dataset!.Manifest, Config = run.Config!, Champion = run.ChampionAtStart },
        RunStates.Evaluating => new EvaluateAdapter { JobId = run.Job!.JobId, RunId = run.RunId, Project = run.Project, Attempt = run.Attempt, Candidate = run.Trained!.Adapter, Champion = run.Champion, Dataset = run.Dataset!.Manifest, Config = run.Config! },
        RunStates.Deploying => Promotion.Announcement(Alias(run)),
        _ => throw new ArgumentOutOfRangeException(nameof(run), run.State, "A terminal state has no command."),
    };

    private static AdapterAlias Alias(Run run) =>
        new() { Project = run.Project, Version = run.Version!.Value, AdapterId = run.Trained!.AdapterId, Adapter = run.Trained.Adapter };

    private static Run New(string runId, string project, IReadOnlyList<BlobRef> inputs, DateTimeOffset now) =>
        new() { RunId = runId, Project = project, State = RunStates.Preparing, CreatedAt = now, UpdatedAt = now, Inputs = inputs };
}
