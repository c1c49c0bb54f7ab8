namespace LoraMesh.Control.Dashboard.Charts;

/// <summary>A point of a chart.</summary>
/// <param name="X">Place along the horizontal axis.</param>
/// <param name="Y">Value.</param>
public readonly record struct PlotPoint(double X, double Y);

/// <summary>A line of a chart.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Points">Its points, ordered by X.</param>
public sealed record PlotLine(string Name, IReadOnlyList<PlotPoint> Points);
