namespace LoraMesh.Control.Dashboard.Charts;

/// <summary>Fewer points that look the same: of each stretch its lowest and its highest, so that no spike is lost.</summary>
internal static class PlotThinning
{
    public static IReadOnlyList<PlotPoint> Thin(IReadOnlyList<PlotPoint> points, int stretches)
    {
        if (points.Count <= 2 * stretches)
        {
            return points;
        }

        var kept = new List<PlotPoint> { points[0] };
        for (var stretch = 0; stretch < stretches; stretch++)
        {
            var (from, to) = ((int)((long)points.Count * stretch / stretches), (int)((long)points.Count * (stretch + 1) / stretches));
            var (low, high) = (from, from);
            for (var at = from; at < to; at++)
            {
                low = points[at].Y < points[low].Y ? at : low;
                high = points[at].Y > points[high].Y ? at : high;
            }

            foreach (var at in low == high ? [low] : new[] { Math.Min(low, high), Math.Max(low, high) })
            {
                if (points[at].X > kept[^1].X)
                {
                    kept.Add(points[at]);
                }
            }
        }

        if (points[^1].X > kept[^1].X)
        {
            kept.Add(points[^1]);
        }

        return kept;
    }
}
