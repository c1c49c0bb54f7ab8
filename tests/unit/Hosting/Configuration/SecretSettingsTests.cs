using System.Text.RegularExpressions;
using LoraMesh.Control;
using LoraMesh.DatasetPrep;
using LoraMesh.Hosting.Configuration;

namespace LoraMesh.UnitTests.Hosting.Configuration;

/// <summary>Every secret among the settings can be given as a file, as orchestrators mount them.</summary>
public sealed partial class SecretSettingsTests
{
    [Fact]
    public void EverySecret_HasASettingThatNamesAFile()
    {
        var secrets = new[] { typeof(BusOptions).Assembly, typeof(ControlOptions).Assembly, typeof(DatasetPrepOptions).Assembly }
            .SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.IsClass && type.Namespace?.StartsWith("LoraMesh.", StringComparison.Ordinal) is true && type.Name.EndsWith("Options", StringComparison.Ordinal) || type.Name == "WebhookOptions")
            .SelectMany(type => type.GetProperties())
            .Where(property => property.PropertyType == typeof(string) && Secret().IsMatch(property.Name))
            .ToList();

        Assert.True(secrets.Count >= 8, $"only {string.Join(", ", secrets.Select(secret => secret.Name))}");
        Assert.All(secrets, secret => Assert.True(secret.DeclaringType!.GetProperty(secret.Name + "File") is not null, $"{secret.DeclaringType.Name}.{secret.Name} has no {secret.Name}File"));
    }

    [GeneratedRegex("(Password|Secret|SecretKey|AccessKey|AdminKey|SigningKey|Headers|Token|Username)$")]
    private static partial Regex Secret();
}
