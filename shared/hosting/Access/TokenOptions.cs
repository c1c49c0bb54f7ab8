using System.ComponentModel.DataAnnotations;

namespace LoraMesh.Hosting.Access;

/// <summary>
/// Section <c>Access:Tokens</c>: tokens (JWT) of an OpenID Connect provider, beside keys. The provider's public keys come
/// from a file, or from the provider itself, which is then the only one asked. The same for all services.
/// </summary>
public sealed class TokenOptions : IValidatableObject
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Access:Tokens";

    /// <summary>What a token must give as <c>iss</c>; none means that no token is taken.</summary>
    public string? Issuer { get; set; }

    /// <summary>What a token must give as <c>aud</c>: what the provider calls LoraMesh.</summary>
    public string? Audience { get; set; }

    /// <summary>File with the provider's public keys as a JWK Set, for where it cannot be reached; read anew within a minute when it changes.</summary>
    public string? KeysFile { get; set; }

    /// <summary>Where the provider describes itself, https; by default the issuer with <c>/.well-known/openid-configuration</c>. Asked only without <see cref="KeysFile"/>.</summary>
    public Uri? MetadataAddress { get; set; }

    /// <summary>PEM file of the authorities that the provider's certificate is checked against; none means the system's.</summary>
    public string? CaFile { get; set; }

    /// <summary>Claim that names the caller in the audit trail; where a token lacks it, <c>sub</c> does.</summary>
    [Required]
    public string NameClaim { get; set; } = "preferred_username";

    /// <summary>Claim that grants look at where they name none; dots lead into objects, as in <c>realm_access.roles</c>.</summary>
    [Required]
    public string RolesClaim { get; set; } = "roles";

    /// <summary>How far the clocks of provider and services may be apart. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>What claims give which role where, by any names.</summary>
    public Dictionary<string, TokenGrant> Grants { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether tokens are taken at all.</summary>
    internal bool AreUsed => !string.IsNullOrEmpty(Issuer);

    /// <summary>Where the provider describes itself.</summary>
    internal Uri Metadata => MetadataAddress ?? new Uri(Issuer!.TrimEnd('/') + "/.well-known/openid-configuration");

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!AreUsed)
        {
            return Audience is null && KeysFile is null && MetadataAddress is null && Grants.Count == 0 ? []
                : [new ValidationResult("it must be set where tokens are to be taken: what they give as 'iss', letter by letter", [nameof(Issuer)])];
        }

        var problems = new List<ValidationResult>();
        if (string.IsNullOrWhiteSpace(Audience))
        {
            problems.Add(new ValidationResult("it must be set: a token that the provider made for another service must not open this one", [nameof(Audience)]));
        }

        if (KeysFile is not null)
        {
            if (TokenKeys.Problem(KeysFile) is { } problem)
            {
                problems.Add(new ValidationResult(problem, [nameof(KeysFile)]));
            }
        }
        else if (!Uri.TryCreate(MetadataAddress?.OriginalString ?? Issuer, UriKind.Absolute, out var address) || address.Scheme != Uri.UriSchemeHttps)
        {
            problems.Add(new ValidationResult("the provider is asked for its keys over https alone; give such an address, or its keys as KeysFile", [MetadataAddress is null ? nameof(Issuer) : nameof(MetadataAddress)]));
        }

        if (CaFile is not null && !File.Exists(CaFile))
        {
            problems.Add(new ValidationResult($"CaFile is '{CaFile}', which does not exist", [nameof(CaFile)]));
        }

        if (Grants.Count == 0)
        {
            problems.Add(new ValidationResult("without grants no token may do anything; set for instance Access:Tokens:Grants:viewers:Value, …:Role and …:Projects", [nameof(Grants)]));
        }

        problems.AddRange(Grants.SelectMany(grant => grant.Value.Problems().Select(problem => new ValidationResult($"{Section}:Grants:{grant.Key}: {problem}", [nameof(Grants)]))));
        return problems;
    }
}
