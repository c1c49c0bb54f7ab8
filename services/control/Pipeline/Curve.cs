namespace LoraMesh.Control.Pipeline;

/// <summary>The steps of one training, at most <see cref="RunCurves.MaxPoints"/>, spread over all of it. Thread-safe.</summary>
internal sealed class Curve
{
    private readonly Lock _lock = new();
    private readonly List<CurvePoint> _points = [];
    private CurvePoint? _newest;
    private int _every = 1;
    private int _heard;

    /// <summary>Takes the next step.</summary>
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

            if (_points.Count >= RunCurves.MaxPoints)
            {
                var half = _points.Where((_, index) => index % 2 == 0).ToList();
                _points.Clear();
                _points.AddRange(half);
                _every *= 2;
            }
        }
    }

    /// <summary>The steps in order, the last one among them.</summary>
    public IReadOnlyList<CurvePoint> Points()
    {
        lock (_lock)
        {
            return _newest is null || (_points.Count > 0 && _points[^1].Step == _newest.Step) ? [.. _points] : [.. _points, _newest];
        }
    }
}
