namespace LoraMesh.DatasetPrep.Pipeline;

/// <summary>Tells of progress, at most some times a second.</summary>
internal sealed class ProgressMeter(Action<PrepProgress>? tell, TimeProvider clock)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly long _began = clock.GetTimestamp();
    private TimeSpan _told = TimeSpan.MinValue;
    private TimeSpan _stageBegan;
    private string _stage = string.Empty;

    /// <summary>Rows read so far.</summary>
    public long Rows { get; set; }

    /// <summary>Tells how far a stage is; the first report of a stage always goes out.</summary>
    public void Report(string stage, long done, long total)
    {
        if (tell is null)
        {
            return;
        }

        var elapsed = clock.GetElapsedTime(_began);
        if (stage != _stage || elapsed - _told >= Pause)
        {
            _stageBegan = stage == _stage ? _stageBegan : elapsed;
            (_stage, _told) = (stage, elapsed);
            tell(new PrepProgress(stage, done, total, Rows, elapsed, elapsed - _stageBegan));
        }
    }
}
