namespace LoraMesh.DatasetPrep.Pipeline;

/// <summary>How far the preparing of data is.</summary>
/// <param name="Stage">What is being done: <c>read</c>, the name of a pass, or <c>write</c>.</param>
/// <param name="Done">Bytes of input read, or rows written.</param>
/// <param name="Total">What <paramref name="Done"/> will be at the stage's end; 0 where that is not known.</param>
/// <param name="Rows">Rows read so far.</param>
/// <param name="Elapsed">Time since the beginning.</param>
/// <param name="StageElapsed">Time since the stage began.</param>
public sealed record PrepProgress(string Stage, long Done, long Total, long Rows, TimeSpan Elapsed, TimeSpan StageElapsed)
{
    /// <summary>Rows read a second so far.</summary>
    public double RowsPerSecond => Elapsed > TimeSpan.Zero ? Rows / Elapsed.TotalSeconds : 0;

    /// <summary>Time that the stage still needs at the pace so far; null where nothing can be said.</summary>
    public TimeSpan? Left => Done > 0 && Total >= Done ? StageElapsed * ((double)(Total - Done) / Done) : null;
}
