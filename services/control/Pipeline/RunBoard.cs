using System.Collections.Concurrent;
using LoraMesh.Contracts;

namespace LoraMesh.Control.Pipeline;

/// <summary>The newest progress of each open run, and who wants to hear of changes. In memory; thread-safe.</summary>
public sealed class RunBoard
{
    /// <summary>Stands for every run where somebody listens.</summary>
    public const string AnyRun = "*";

    private readonly ConcurrentDictionary<string, RunProgress> _progress = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _unsaved = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, List<WakeSignal>> _listeners = new(StringComparer.Ordinal);

    /// <summary>The newest progress of a run, or null where none came since this process started.</summary>
    public RunProgress? Progress(string runId) => _progress.GetValueOrDefault(runId);

    /// <summary>The runs of which there is progress.</summary>
    public IReadOnlyList<string> Runs => [.. _progress.Keys];

    /// <summary>Takes newer progress.</summary>
    public void Report(string runId, RunProgress progress)
    {
        _progress[runId] = progress;
        _unsaved[runId] = true;
        Changed(runId);
    }

    /// <summary>Forgets the progress of a stage that is over.</summary>
    public void Clear(string runId)
    {
        _progress.TryRemove(runId, out _);
        _unsaved.TryRemove(runId, out _);
        Changed(runId);
    }

    /// <summary>Forgets every run but these.</summary>
    public void Keep(IEnumerable<string> open)
    {
        foreach (var over in _progress.Keys.Except(open))
        {
            Clear(over);
        }
    }

    /// <summary>Tells everyone who listens to the run.</summary>
    public void Changed(string runId)
    {
        lock (_lock)
        {
            _listeners.GetValueOrDefault(runId)?.ForEach(listener => listener.Wake());
            _listeners.GetValueOrDefault(AnyRun)?.ForEach(listener => listener.Wake());
        }
    }

    /// <summary>Progress that came since the last call, once each.</summary>
    public IReadOnlyDictionary<string, RunProgress> TakeUnsaved()
    {
        var taken = new Dictionary<string, RunProgress>(StringComparer.Ordinal);
        foreach (var runId in _unsaved.Keys)
        {
            if (_unsaved.TryRemove(runId, out _) && _progress.TryGetValue(runId, out var progress))
            {
                taken[runId] = progress;
            }
        }

        return taken;
    }

    /// <summary>Calls the signal at every change of a run, or of <see cref="AnyRun"/>, until <see cref="Leave"/>.</summary>
    public void Listen(string runId, WakeSignal listener)
    {
        lock (_lock)
        {
            if (!_listeners.TryGetValue(runId, out var listeners))
            {
                _listeners[runId] = listeners = [];
            }

            listeners.Add(listener);
        }
    }

    /// <summary>Ends <see cref="Listen"/>.</summary>
    public void Leave(string runId, WakeSignal listener)
    {
        lock (_lock)
        {
            if (_listeners.TryGetValue(runId, out var listeners) && listeners.Remove(listener) && listeners.Count == 0)
            {
                _listeners.Remove(runId);
            }
        }
    }
}
