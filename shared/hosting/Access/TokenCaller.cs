using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace LoraMesh.Hosting.Access;

/// <summary>Reads of a token that was found valid who bears it, and what they may do.</summary>
internal static class TokenCaller
{
    private const int MaxName = 200;

    /// <summary>The caller, or null where the token names nobody.</summary>
    public static Caller? Of(JsonWebToken token, TokenOptions options)
    {
        using var payload = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(token.EncodedPayload));
        var name = Values(payload.RootElement, options.NameClaim).FirstOrDefault(text => !string.IsNullOrWhiteSpace(text)) ?? token.Subject;
        if (string.IsNullOrWhiteSpace(name) || name.Length > MaxName || name.Any(char.IsControl))
        {
            return null;
        }

        var grants = options.Grants.Values.Select(grant => grant.For([.. Values(payload.RootElement, grant.Claim ?? options.RolesClaim)])).OfType<Grant>();
        return new Caller(Caller.TokenPrefix + name, [.. grants]);
    }

    // Names of claims may have dots themselves, as addresses do; so the whole name is looked for before its parts.
    private static string[] Values(JsonElement claims, string name)
    {
        if (claims.TryGetProperty(name, out var whole))
        {
            return Flatten(whole, name);
        }

        var at = claims;
        foreach (var part in name.Split('.'))
        {
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(part, out at))
            {
                return [];
            }
        }

        return Flatten(at, name);
    }

    // Scopes are the one claim that is a list written as text (RFC 8693, section 4.2); groups may have spaces in their names.
    private static string[] Flatten(JsonElement value, string name) => value.ValueKind switch
    {
        JsonValueKind.String when name is "scope" or "scp" => value.GetString()!.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        JsonValueKind.String => [value.GetString()!],
        JsonValueKind.Array => [.. value.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)],
        _ => [],
    };
}
