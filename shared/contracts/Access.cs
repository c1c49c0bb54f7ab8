namespace LoraMesh.Contracts;

/// <summary>What a key or a person may do; each role may do what those before it may.</summary>
public static class AccessRoles
{
    /// <summary>Reads what its projects have, and asks their models.</summary>
    public const string Viewer = "viewer";

    /// <summary>Drops data, cancels runs, promotes and rolls back in its projects.</summary>
    public const string Operator = "operator";

    /// <summary>Manages keys and messages in quarantine, besides.</summary>
    public const string Admin = "admin";

    /// <summary>Every role, the weakest first.</summary>
    public static IReadOnlyList<string> All { get; } = [Viewer, Operator, Admin];
}

/// <summary>Asks for a new key.</summary>
public sealed record CreateKeyRequest
{
    /// <summary>Whose it is, in words; what it does is audited under this name. 1 to 100 printable characters.</summary>
    public string? Name { get; init; }

    /// <summary>One of <see cref="AccessRoles"/>; <c>viewer</c> by default.</summary>
    public string? Role { get; init; }

    /// <summary>The projects that it is for; none or empty means all.</summary>
    public IReadOnlyList<string>? Projects { get; init; }

    /// <summary>Days until it lapses; none means never.</summary>
    public int? Days { get; init; }
}

/// <summary>A key as it lies in <c>lm-access/keys/&lt;id&gt;.json</c>: without the secret, of which only a hash is kept.</summary>
public sealed record ApiKeyRecord
{
    /// <summary>Public part: 12 hexadecimal digits.</summary>
    public required string Id { get; init; }

    /// <summary>Whose it is.</summary>
    public required string Name { get; init; }

    /// <summary>One of <see cref="AccessRoles"/>.</summary>
    public required string Role { get; init; }

    /// <summary>The projects that it is for; null means all.</summary>
    public IReadOnlyList<string>? Projects { get; init; }

    /// <summary>SHA-256 of the secret part (hexadecimal). It has 256 random bits: nothing slower is needed.</summary>
    public required string Sha256 { get; init; }

    /// <summary>When it was made (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Who made it.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>When it lapses (UTC); null means never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}

/// <summary>A key as the API shows it.</summary>
public sealed record ApiKeyView
{
    /// <summary>Public part of the key.</summary>
    public required string Id { get; init; }

    /// <summary>Whose it is.</summary>
    public required string Name { get; init; }

    /// <summary>One of <see cref="AccessRoles"/>.</summary>
    public required string Role { get; init; }

    /// <summary>The projects that it is for; null means all.</summary>
    public IReadOnlyList<string>? Projects { get; init; }

    /// <summary>When it was made (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Who made it.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>When it lapses (UTC); null means never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The key itself, in the answer to its making and never again.</summary>
    public string? Key { get; init; }
}

/// <summary>Keys, ordered by name.</summary>
public sealed record ApiKeyList
{
    /// <summary>The keys.</summary>
    public required IReadOnlyList<ApiKeyView> Data { get; init; }
}
