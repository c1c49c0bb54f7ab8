using System.ComponentModel.DataAnnotations;
using LoraMesh.Hosting.Configuration;

namespace LoraMesh.Control.Webhooks;

/// <summary>Section <c>Webhooks</c>: addresses that hear of what happens. Only the operator sets them.</summary>
public sealed class WebhooksOptions : IValidatableObject
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Webhooks";

    /// <summary>The hooks by name, such as <c>Webhooks:Hooks:chat:Url</c>.</summary>
    public Dictionary<string, WebhookOptions> Hooks { get; set; } = [];

    /// <summary>Longest time for one delivery; 1 s to 1 minute.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a delivery is tried again before it is given up; 1 minute to 30 days.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")]
    public TimeSpan GiveUpAfter { get; set; } = TimeSpan.FromDays(1);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (name, hook) in Hooks)
        {
            if (!Uri.TryCreate(hook.Url, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.UserInfo.Length > 0)
            {
                yield return new ValidationResult($"the hook '{name}' needs an http or https address without a password in it as Url", [nameof(Hooks)]);
            }

            foreach (var problem in SecretText.Problems(hook.Secret, hook.SecretFile, $"Hooks:{name}:Secret"))
            {
                yield return new ValidationResult($"{problem}; deliveries are signed with it", [nameof(Hooks)]);
            }
        }
    }
}

/// <summary>One hook.</summary>
public sealed class WebhookOptions
{
    /// <summary>Address that deliveries are posted to; redirects are not followed.</summary>
    public string Url { get; set; } = string.Empty;

    /// <summary>Secret that deliveries are signed with.</summary>
    public string? Secret { get; set; }

    /// <summary>File that holds the secret; wins over <see cref="Secret"/>.</summary>
    public string? SecretFile { get; set; }

    /// <summary>Events, apart by commas, as the audit trail names them, such as <c>adapter_promoted,run_held</c>; empty for all.</summary>
    public string Events { get; set; } = string.Empty;

    /// <summary>Whether the hook wants an event.</summary>
    public bool Wants(string what) => string.IsNullOrWhiteSpace(Events) || Events.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Contains(what, StringComparer.Ordinal);
}
