using System.ComponentModel.DataAnnotations;
using LoraMesh.Hosting.Configuration;

namespace LoraMesh.Hosting.Access;

/// <summary>Section <c>Access</c>: who may call the HTTP interfaces. The same for all services.</summary>
public sealed class AccessOptions : IValidatableObject
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Access";

    /// <summary>Everyone who reaches the port may do everything: for one machine and its loopback.</summary>
    public const string Open = "open";

    /// <summary>Every request but those of supervisors bears a key.</summary>
    public const string Keys = "keys";

    /// <summary>Shortest administrator's key in characters.</summary>
    public const int MinAdminKey = 24;

    /// <summary><c>open</c>, the default, or <c>keys</c>.</summary>
    [AllowedValues(Open, Keys)]
    public string Mode { get; set; } = Open;

    /// <summary>A key with every right, to make the first others with.</summary>
    public string? AdminKey { get; set; }

    /// <summary>File that holds <see cref="AdminKey"/>; wins over it.</summary>
    public string? AdminKeyFile { get; set; }

    /// <summary>How long a key that was revoked may still be believed by a process that knows it. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan CacheTime { get; set; } = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (AdminKeyFile is not null && !File.Exists(AdminKeyFile))
        {
            yield return new ValidationResult($"AdminKeyFile is '{AdminKeyFile}', which does not exist", [nameof(AdminKeyFile)]);
        }
        else if ((AdminKey is not null || AdminKeyFile is not null) && SecretText.Read(AdminKey, AdminKeyFile).Length < MinAdminKey)
        {
            yield return new ValidationResult($"the administrator's key is too short, expected at least {MinAdminKey} characters that nobody guesses", [nameof(AdminKey)]);
        }
    }
}
