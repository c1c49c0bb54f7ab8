using LoraMesh.Contracts;

namespace LoraMesh.CommandLine.Display;

/// <summary>Shows a run while it is followed: as moving bars on a terminal, as lines elsewhere.</summary>
public interface IRunDisplay
{
    /// <summary>Calls <paramref name="follow"/> with a receiver for the run's views and shows each of them.</summary>
    /// <returns>What <paramref name="follow"/> returned.</returns>
    Task<RunView> ShowAsync(Func<Action<RunView>, Task<RunView>> follow);
}
