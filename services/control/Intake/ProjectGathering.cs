using LoraMesh.Control.Registry.Rows;

namespace LoraMesh.Control.Intake;

/// <summary>What waits in a project after a look at it.</summary>
/// <param name="Project">The project.</param>
/// <param name="Waiting">Drops that no run has taken.</param>
/// <param name="ReadyAt">When the newest <c>_READY</c> marker was seen.</param>
/// <param name="HasOpenRun">Whether a run of the project has not ended.</param>
public sealed record ProjectGathering(string Project, IReadOnlyList<DropRow> Waiting, DateTimeOffset? ReadyAt, bool HasOpenRun)
{
    /// <summary>How long nothing more may change before a run starts; zero or less: now. The marker ends the wait at once.</summary>
    public TimeSpan Remaining(TimeSpan quietPeriod, DateTimeOffset now)
    {
        var newest = Waiting.Max(drop => drop.SeenAt);
        return newest <= ReadyAt ? TimeSpan.Zero : newest + quietPeriod - now;
    }
}
