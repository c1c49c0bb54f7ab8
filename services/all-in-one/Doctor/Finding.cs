using System.Text.Json.Serialization;

namespace LoraMesh.AllInOne.Doctor;

/// <summary>One thing that was looked at.</summary>
/// <param name="Check">What was looked at, such as <c>store</c>.</param>
/// <param name="Verdict">Whether it will do.</param>
/// <param name="Found">What was found, in one sentence.</param>
/// <param name="Action">What to do about it; null where nothing is to be done.</param>
public sealed record Finding(string Check, Verdict Verdict, string Found, string? Action = null);

/// <summary>Whether something will do.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Verdict>))]
public enum Verdict
{
    /// <summary>It will.</summary>
    [JsonStringEnumMemberName("ok")]
    Ok,

    /// <summary>It will, but somebody should know.</summary>
    [JsonStringEnumMemberName("warning")]
    Warning,

    /// <summary>It will not.</summary>
    [JsonStringEnumMemberName("problem")]
    Problem,
}
