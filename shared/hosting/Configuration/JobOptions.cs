using System.ComponentModel.DataAnnotations;

namespace LoraMesh.Hosting.Configuration;

/// <summary>Section <c>Jobs</c>: how workers hold and retry jobs.</summary>
public sealed class JobOptions : IValidatableObject
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Jobs";

    /// <summary>How long a lease lives without a heartbeat. Default 20 s.</summary>
    [Range(typeof(TimeSpan), "00:00:03", "01:00:00")]
    public TimeSpan LeaseTime { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Time between heartbeats; at most a third of <see cref="LeaseTime"/>. Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:20:00")]
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Most issues of one job; after that it is a poison. Default 5.</summary>
    [Range(1, 100)]
    public int MaxAttempts { get; set; } = 5;

    /// <summary>How long a job tries again in faults of its surroundings (a full disk, a store that is away) before it fails. Default 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "7.00:00:00")]
    public TimeSpan RetryFor { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Delay before the first retry; doubled for each further one up to 30 s, give or take half. Default 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Heartbeat * 3 > LeaseTime)
        {
            yield return new ValidationResult($"must be at most a third of LeaseTime ({LeaseTime})", [nameof(Heartbeat)]);
        }
    }
}
