using System.ComponentModel.DataAnnotations;

namespace LoraMesh.Control.Retention;

/// <summary>Section <c>Retention</c>: what stays in the store.</summary>
public sealed class RetentionOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Retention";

    /// <summary>How many of a project's newest versions keep adapter and dataset; 0 for all. Versions with an alias, held ones and those with the tag <c>keep</c> always do.</summary>
    [Range(0, 1_000_000)]
    public int KeepVersions { get; set; }

    /// <summary>How old a blob that nothing refers to must be before it is removed; 1 minute to 1 year.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "365.00:00:00")]
    public TimeSpan Grace { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How often garbage is collected; 1 minute to 1 year.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "365.00:00:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromDays(1);
}
