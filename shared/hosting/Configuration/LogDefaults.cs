using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;

namespace LoraMesh.Hosting.Configuration;

/// <summary>What is logged unless the section <c>Logging</c> says otherwise.</summary>
internal static class LogDefaults
{
    private static readonly Dictionary<string, string?> Levels = new()
    {
        // A line a request drowns the rest, and supervisors ask for health all the time.
        ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
        // What is unwell is told in the answer and logged by whoever finds it; the check would repeat it every few seconds.
        ["Logging:LogLevel:Microsoft.Extensions.Diagnostics.HealthChecks"] = "None",
    };

    /// <summary>Puts the defaults below every other source.</summary>
    public static void AddLogDefaults(this IConfigurationBuilder configuration) =>
        configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = Levels });
}
