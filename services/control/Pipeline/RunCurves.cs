using System.Collections.Concurrent;

namespace LoraMesh.Control.Pipeline;

/// <summary>
/// The steps of trainings that are going on, as this process heard of them. In memory; what a training was
/// is in its <c>metrics.jsonl</c> once it has ended. Thread-safe.
/// </summary>
public sealed class RunCurves
{
    /// <summary>Most points that are kept of a run.</summary>
    public const int MaxPoints = 1000;

    private readonly ConcurrentDictionary<string, Curve> _curves = new(StringComparer.Ordinal);

    /// <summary>The runs of which steps are known.</summary>
    public IReadOnlyList<string> Runs => [.. _curves.Keys];

    /// <summary>Takes the newest step of a run.</summary>
    public void Add(string runId, CurvePoint point) => _curves.GetOrAdd(runId, _ => new Curve()).Add(point);

    /// <summary>The steps of a run so far, in order; empty where none were heard of.</summary>
    public IReadOnlyList<CurvePoint> Of(string runId) => _curves.TryGetValue(runId, out var curve) ? curve.Points() : [];

    /// <summary>Forgets a run.</summary>
    public void Forget(string runId) => _curves.TryRemove(runId, out _);
}
