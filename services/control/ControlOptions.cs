using System.ComponentModel.DataAnnotations;

namespace LoraMesh.Control;

/// <summary>Settings of control, section <c>Control</c>.</summary>
public sealed class ControlOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Control";

    /// <summary>How long nothing of a project may change before a run starts; 0.1 s to 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "1.00:00:00")]
    public TimeSpan QuietPeriod { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often the whole inbox is listed; 0.1 s to 1 hour.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan ReconcileInterval { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How often jobs are looked after; 0.1 s to 1 minute.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan WatchInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Longest time for making a dataset; 1 s to 365 days.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00")]
    public TimeSpan PrepareDeadline { get; set; } = TimeSpan.FromHours(6);

    /// <summary>Longest time for training; 1 s to 365 days.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00")]
    public TimeSpan TrainDeadline { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Longest time for an evaluation; 1 s to 365 days.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00")]
    public TimeSpan EvaluateDeadline { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How long a promoted run waits for a replica's confirmation; 1 s to 1 hour.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan DeployDeadline { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Largest upload in bytes; 1 to 1 TiB.</summary>
    [Range(1.0, 1099511627776.0)]
    public long MaxFileBytes { get; set; } = 512L * 1024 * 1024;

    /// <summary>Requests that one caller may send a second on average; 0 for any number. Where access is open, a caller is an address.</summary>
    [Range(0, 100_000)]
    public int RequestsPerSecond { get; set; } = 100;

    /// <summary>Requests that one caller may send at once after a while without any; 1 to 1,000,000.</summary>
    [Range(1, 1_000_000)]
    public int RequestBurst { get; set; } = 500;

    /// <summary>Uploads of one caller at once; 1 to 1000.</summary>
    [Range(1, 1000)]
    public int UploadsAtOnce { get; set; } = 8;

    /// <summary>Uploads of one caller that may wait for these; the next one is refused. 0 to 100,000.</summary>
    [Range(0, 100_000)]
    public int UploadsWaiting { get; set; } = 256;

    /// <summary>Most files that one run trains on; 1 to 1,000,000.</summary>
    [Range(1, 1_000_000)]
    public int MaxFilesPerRun { get; set; } = 10_000;
}
