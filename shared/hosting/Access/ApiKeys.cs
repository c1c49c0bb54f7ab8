using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.Hosting.Configuration;
using LoraMesh.Storage;
using Microsoft.Extensions.Options;

namespace LoraMesh.Hosting.Access;

/// <summary>
/// API keys: <c>lm_&lt;id&gt;_&lt;secret&gt;</c>. The store holds a hash of each, where every service finds it; what was found is
/// believed for <see cref="AccessOptions.CacheTime"/>. May be called from any thread.
/// </summary>
public sealed class ApiKeys(IBlobStore store, IOptions<AccessOptions> options, TimeProvider time)
{
    private const string Prefix = "keys/";
    private const string Suffix = ".json";
    private const int IdLength = 12;
    private const int MaxKeyLength = 200;
    private const int MaxKnown = 10_000;

    private readonly ConcurrentDictionary<string, (ApiKeyRecord? Record, long SeenAt)> _known = new(StringComparer.Ordinal);
    private readonly Lazy<byte[]?> _adminHash = new(() =>
        options.Value is { AdminKey: null, AdminKeyFile: null } ? null : SHA256.HashData(Encoding.UTF8.GetBytes(SecretText.Read(options.Value.AdminKey, options.Value.AdminKeyFile))));

    /// <summary>Who bears a key, or null where nobody does, or it lapsed.</summary>
    /// <exception cref="IOException">The store cannot be asked at the moment.</exception>
    public async Task<Caller?> FindCallerAsync(string key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key.Length > MaxKeyLength)
        {
            return null;
        }

        if (_adminHash.Value is { } admin && CryptographicOperations.FixedTimeEquals(admin, SHA256.HashData(Encoding.UTF8.GetBytes(key))))
        {
            return new Caller("administrator", AccessRoles.Admin, null);
        }

        return key.Split('_', 3) is ["lm", var id, { Length: > 0 } secret] && IsId(id)
            && await FindAsync(id, cancellationToken) is { } record && Fits(record, secret)
            ? new Caller(record.Name, record.Role, record.Projects)
            : null;
    }

    /// <summary>Makes a key.</summary>
    /// <returns>What is kept of it, and the key itself, which nobody can find out again.</returns>
    public async Task<(ApiKeyRecord Record, string Key)> CreateAsync(string name, string role, IReadOnlyList<string>? projects, TimeSpan? life, string by, CancellationToken cancellationToken)
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdLength / 2));
        var secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        var now = time.GetUtcNow();
        var record = new ApiKeyRecord
        {
            Id = id,
            Name = name,
            Role = role,
            Projects = projects is { Count: > 0 } ? projects : null,
            Sha256 = Hash(secret),
            CreatedAt = now,
            CreatedBy = by,
            ExpiresAt = now + life,
        };
        await store.PutJsonAsync(Buckets.Access, KeyOf(id), record, PutCondition.IfAbsent, cancellationToken);
        _known.TryRemove(id, out _);
        return (record, $"lm_{id}_{secret}");
    }

    /// <summary>All keys, ordered by name.</summary>
    public async Task<IReadOnlyList<ApiKeyRecord>> ListAsync(CancellationToken cancellationToken)
    {
        var found = new List<ApiKeyRecord>();
        await foreach (var blob in store.ListAsync(Buckets.Access, Prefix, cancellationToken))
        {
            if (blob.Key.EndsWith(Suffix, StringComparison.Ordinal) && await ReadAsync(blob.Key[Prefix.Length..^Suffix.Length], cancellationToken) is { } record)
            {
                found.Add(record);
            }
        }

        return [.. found.OrderBy(record => record.Name, StringComparer.Ordinal).ThenBy(record => record.Id, StringComparer.Ordinal)];
    }

    /// <summary>Takes a key away.</summary>
    /// <param name="id">Its public part.</param>
    /// <param name="mayRevoke">Whether it may be taken away; one that may not is as one that does not exist.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>What it was, or null where there was none.</returns>
    public async Task<ApiKeyRecord?> RevokeAsync(string id, Predicate<ApiKeyRecord> mayRevoke, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(id);
        ArgumentNullException.ThrowIfNull(mayRevoke);
        if (!IsId(id) || await ReadAsync(id, cancellationToken) is not { } record || !mayRevoke(record))
        {
            return null;
        }

        await store.DeleteAsync(Buckets.Access, KeyOf(id), cancellationToken);
        _known.TryRemove(id, out _);
        return record;
    }

    private async Task<ApiKeyRecord?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(id, out var known) && time.GetElapsedTime(known.SeenAt) < options.Value.CacheTime)
        {
            return known.Record;
        }

        ApiKeyRecord? record;
        try
        {
            record = await ReadAsync(id, cancellationToken);
        }
        catch (IOException) when (known.Record is not null)
        {
            // Who was known goes on being known while the store is away: inference needs nothing else of it.
            return known.Record;
        }

        if (_known.Count >= MaxKnown)
        {
            // Someone tries many; those who have a key are found again.
            _known.Clear();
        }

        _known[id] = (record, time.GetTimestamp());
        return record;
    }

    private async Task<ApiKeyRecord?> ReadAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            return await store.FindJsonAsync<ApiKeyRecord>(Buckets.Access, KeyOf(id), cancellationToken);
        }
        catch (JsonException)
        {
            // Someone's hand was in it: nobody's key.
            return null;
        }
    }

    private bool Fits(ApiKeyRecord record, string secret) =>
        (record.ExpiresAt is not { } end || time.GetUtcNow() < end)
        && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(record.Sha256), Encoding.ASCII.GetBytes(Hash(secret)));

    private static bool IsId(string text) => text.Length == IdLength && text.All(char.IsAsciiHexDigitLower);

    private static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    private static string KeyOf(string id) => Prefix + id + Suffix;
}
