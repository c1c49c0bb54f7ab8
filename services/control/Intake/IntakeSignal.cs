using System.Collections.Concurrent;

namespace LoraMesh.Control.Intake;

/// <summary>Tells the intake loop which projects to look at before the next full look. Thread-safe.</summary>
public sealed class IntakeSignal
{
    private readonly ConcurrentDictionary<string, bool> _projects = new(StringComparer.Ordinal);

    /// <summary>Wakes the loop.</summary>
    public WakeSignal Wake { get; } = new();

    /// <summary>Asks for a look at one project.</summary>
    public void Poke(string project)
    {
        _projects[project] = true;
        Wake.Wake();
    }

    /// <summary>The projects asked for since the last call.</summary>
    public IReadOnlyList<string> Take() => [.. _projects.Keys.Where(project => _projects.TryRemove(project, out _)).Order(StringComparer.Ordinal)];
}
