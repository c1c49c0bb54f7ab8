using LoraMesh.Control.Registry.Rows;
using LoraMesh.Hosting.Jobs;

namespace LoraMesh.Control.Pipeline;

/// <summary>What is known of one open job at one moment.</summary>
/// <param name="Job">The job.</param>
/// <param name="Lease">Its lease, or null.</param>
/// <param name="AliveAt">When a living lease was last seen by this process; null where never.</param>
/// <param name="StageIsBusy">Whether a worker is busy with another job of the same stage, behind which this one may wait.</param>
/// <param name="IsOvertaken">Whether a command of the same stage that was issued well after this one has been taken: queues keep the order, so this one got lost.</param>
/// <param name="IsInOutbox">Whether its command has not been published yet.</param>
/// <param name="FirstLook">When this process looked first; time in which nothing ran does not count against a job.</param>
/// <param name="AtStart">Whether this is that first look: commands in memory died with the former process.</param>
/// <param name="Deadline">How long the stage may take.</param>
public sealed record JobHealth(JobRow Job, JobLease? Lease, DateTimeOffset? AliveAt, bool StageIsBusy, bool IsOvertaken, bool IsInOutbox, DateTimeOffset FirstLook, bool AtStart, TimeSpan Deadline)
{
    /// <summary>A dead worker shows within a minute: its lease lives on for up to 20 s, then this time passes.</summary>
    public static readonly TimeSpan StalledAfter = TimeSpan.FromSeconds(35);

    /// <summary>How much later a command must have been issued to have overtaken another: those of one moment may change places.</summary>
    public static readonly TimeSpan Overtaking = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestAnswerTime = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LongestBusyTime = TimeSpan.FromHours(4);

    /// <summary>Stage of a job that inference answers; it has no lease.</summary>
    public const string DeployStage = "deploy";

    /// <summary>Whether a worker holds the job at this moment.</summary>
    public bool IsHeld(DateTimeOffset now) => Lease is not null && Lease.IsLive(now);

    /// <summary>What is to be done about the job.</summary>
    public JobVerdict Judge(DateTimeOffset now)
    {
        if (now - Latest(Job.StartedAt, FirstLook) > Deadline)
        {
            return JobVerdict.Late;
        }

        if (IsHeld(now))
        {
            return JobVerdict.Alive;
        }

        // The lease of an earlier attempt says nothing of this one, whose command may still wait in a queue.
        if (Lease is not null && Lease.Attempt >= Job.Attempt)
        {
            return JobVerdict.Lost;
        }

        if (IsInOutbox)
        {
            return JobVerdict.Waiting;
        }

        return AtStart || (Job.Stage != DeployStage && now - LastSign > Patience) ? JobVerdict.Unanswered : JobVerdict.Waiting;
    }

    /// <summary>Whether the job has been without a living worker for too long.</summary>
    public bool IsStalled(DateTimeOffset now) =>
        Job.Stage != DeployStage && !StageIsBusy && !IsHeld(now) && now - Latest(AliveAt ?? Job.StartedAt, FirstLook) > StalledAfter;

    private DateTimeOffset LastSign => Latest(AliveAt ?? Job.IssuedAt, Job.IssuedAt);

    // Doubles with each issue, so that a stage without workers, or with a long backlog, does not fill its queue with copies.
    private TimeSpan Patience =>
        IsOvertaken ? AnswerTime
        : StageIsBusy ? Doubled(LongestAnswerTime, LongestBusyTime)
        : Doubled(AnswerTime, LongestAnswerTime);

    private TimeSpan Doubled(TimeSpan least, TimeSpan most) => TimeSpan.FromTicks(Math.Clamp((Job.IssuedAt - Job.StartedAt).Ticks, least.Ticks, most.Ticks));

    private static DateTimeOffset Latest(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
