using System.Globalization;

namespace LoraMesh.AllInOne.Suite;

/// <summary>The configuration keys that the embedded suite sets over what environment and files say.</summary>
public static class SuiteConfiguration
{
    /// <summary>Keys and values for one suite.</summary>
    public static IEnumerable<KeyValuePair<string, string?>> Of(SuiteSettings settings)
    {
        yield return new("Storage:Folder", settings.Data);
        if (settings.QuietPeriod is { } quiet)
        {
            yield return new("Control:QuietPeriod", quiet.ToString("c", CultureInfo.InvariantCulture));
        }
    }
}
