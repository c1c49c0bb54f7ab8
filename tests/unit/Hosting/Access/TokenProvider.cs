using System.Security.Claims;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace LoraMesh.UnitTests.Hosting.Access;

/// <summary>Makes tokens as an OpenID Connect provider does, and gives its public keys.</summary>
internal sealed class TokenProvider : IDisposable
{
    public const string Issuer = "https://login.example.com/realms/ml";
    public const string Audience = "loramesh";

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsaSecurityKey _signing;

    public TokenProvider(string keyId = "one") => _signing = new ECDsaSecurityKey(_key) { KeyId = keyId };

    /// <summary>The provider's public keys as it gives them at its <c>jwks_uri</c>.</summary>
    public string KeySet
    {
        get
        {
            var point = _key.ExportParameters(includePrivateParameters: false).Q;
            return JsonSerializer.Serialize(new
            {
                keys = new[] { new { kty = "EC", crv = "P-256", use = "sig", kid = _signing.KeyId, x = Base64UrlEncoder.Encode(point.X), y = Base64UrlEncoder.Encode(point.Y) } },
            });
        }
    }

    /// <summary>Writes the keys into a file.</summary>
    public string Save(string folder, string name = "keys.json")
    {
        var file = Path.Combine(folder, name);
        File.WriteAllText(file, KeySet);
        return file;
    }

    /// <summary>Settings that take this provider's tokens, with one grant a role: <c>ROLE</c> for all projects, <c>ROLE-of-PROJECT</c> for one.</summary>
    public static Dictionary<string, string?> Settings(string? keysFile)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Access:Mode"] = "keys",
            ["Access:Tokens:Issuer"] = Issuer,
            ["Access:Tokens:Audience"] = Audience,
        };
        if (keysFile is not null)
        {
            settings["Access:Tokens:KeysFile"] = keysFile;
        }

        foreach (var role in LoraMesh.Contracts.AccessRoles.All)
        {
            settings[$"Access:Tokens:Grants:{role}:Value"] = role;
            settings[$"Access:Tokens:Grants:{role}:Role"] = role;
            settings[$"Access:Tokens:Grants:{role}:Projects"] = "*";
            settings[$"Access:Tokens:Grants:{role}-somewhere:Value"] = role + "-of-{project}";
            settings[$"Access:Tokens:Grants:{role}-somewhere:Role"] = role;
        }

        return settings;
    }

    /// <summary>A good token, but for what is changed.</summary>
    public string Token(IReadOnlyList<string> roles, Action<SecurityTokenDescriptor>? change = null)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        var descriptor = new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = Audience,
            IssuedAt = now.AddMinutes(-1),
            NotBefore = now.AddMinutes(-1),
            Expires = now.AddMinutes(5),
            Claims = new Dictionary<string, object> { ["sub"] = "7f3a", ["preferred_username"] = "ada", ["roles"] = roles.ToArray() },
            SigningCredentials = new SigningCredentials(_signing, SecurityAlgorithms.EcdsaSha256),
        };
        change?.Invoke(descriptor);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(descriptor);
    }

    public void Dispose() => _key.Dispose();
}
