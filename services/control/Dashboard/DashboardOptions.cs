using System.ComponentModel.DataAnnotations;

namespace LoraMesh.Control.Dashboard;

/// <summary>Settings of the dashboard, section <c>Dashboard</c>.</summary>
public sealed class DashboardOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Dashboard";

    /// <summary>How long a sign-in lasts; 1 minute to 30 days.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")]
    public TimeSpan SessionTime { get; set; } = TimeSpan.FromHours(12);

    /// <summary>
    /// Base address of the inference service that the playground asks, such as <c>http://inference:8080</c>; where it is not
    /// set, control's own address, at which the all-in-one answers.
    /// </summary>
    public Uri? InferenceUrl { get; set; }
}
