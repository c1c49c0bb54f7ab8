using System.Collections.Concurrent;

namespace LoraMesh.Control.Pipeline;

/// <summary>
/// The steps of trainings that are going on, as this process heard of them. In memory, at most a thousand points a run,
/// spread over all of it; what a training was is in its <c>metrics.jsonl</c> once it has ended. Thread-safe.
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

    private sealed class Curve
    {
        private readonly Lock _lock = new();
        private readonly List<CurvePoint> _points = [];
        private CurvePoint? _newest;
        private int _every = 1;
        private int _heard;

        public void Add(CurvePoint point)
        {
            lock (_lock)
            {
                if (point.Step <= (_newest?.Step ?? 0))
                {
                    // A worker died, and another goes on from an earlier checkpoint: those steps are made anew.
                    _points.RemoveAll(known => known.Step >= point.Step);
                }

                _newest = point;
                if (_heard++ % _every == 0)
                {
                    _points.Add(point);
                }

                if (_points.Count >= MaxPoints)
                {
                    var half = _points.Where((_, index) => index % 2 == 0).ToList();
                    _points.Clear();
                    _points.AddRange(half);
                    _every *= 2;
                }
            }
        }

        public IReadOnlyList<CurvePoint> Points()
        {
            lock (_lock)
            {
                return _newest is null || (_points.Count > 0 && _points[^1].Step == _newest.Step) ? [.. _points] : [.. _points, _newest];
            }
        }
    }
}
