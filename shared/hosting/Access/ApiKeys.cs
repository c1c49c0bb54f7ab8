using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Threading.RateLimiting;
using LoraMesh.Contracts;
using LoraMesh.Hosting.Configuration;
using LoraMesh.Storage;
using Microsoft.Extensions.Options;

namespace LoraMesh.Hosting.Access;

/// <summary>
/// API keys: <c>lm_&lt;id&gt;_&lt;secret&gt;</c>. The store holds a hash of each, where every service finds it; what was found is
/// believed for <see cref="AccessOptions.CacheTime"/>. Who guesses keys makes the store work no harder than a bound says, and holds up
/// nobody whose key this process knows. May be called from any thread.
/// </summary>
public sealed class ApiKeys(IBlobStore store, IOptions<AccessOptions> options, TimeProvider time) : IDisposable
{
    private const string Prefix = "keys/";
    private const string Suffix = ".json";
    private const int IdLength = 12;
    private const int MaxKeyLength = 200;
    private const int MaxAbsent = 10_000;

    private readonly ConcurrentDictionary<string, (ApiKeyRecord Record, long SeenAt)> _known = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _absent = new(StringComparer.Ordinal);

    // A busy process meets new keys now and then; hundreds at once are guesses.
    private readonly TokenBucketRateLimiter _firstLooks = new(new TokenBucketRateLimiterOptions { TokenLimit = 200, TokensPerPeriod = 20, ReplenishmentPeriod = TimeSpan.FromSeconds(1), QueueLimit = 0 });
    private readonly Lazy<byte[]?> _adminHash = new(() =>
        options.Value is { AdminKey: null, AdminKeyFile: null } ? null : SHA256.HashData(Encoding.UTF8.GetBytes(SecretText.Read(options.Value.AdminKey, options.Value.AdminKeyFile))));

    /// <summary>Who bears a key, or null where nobody does, or it lapsed.</summary>
    /// <exception cref="IOException">The store cannot be asked at the moment, or is asked too much (<see cref="TooManyUnknownKeysException"/>).</exception>
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
        _absent.TryRemove(id, out _);
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

    /// <inheritdoc/>
    public void Dispose() => _firstLooks.Dispose();

    private async Task<ApiKeyRecord?> FindAsync(string id, CancellationToken cancellationToken)
    {
        var isKnown = _known.TryGetValue(id, out var known);
        if (isKnown && time.GetElapsedTime(known.SeenAt) < options.Value.CacheTime)
        {
            return known.Record;
        }

        if (!isKnown)
        {
            if (_absent.TryGetValue(id, out var lookedAt) && time.GetElapsedTime(lookedAt) < options.Value.CacheTime)
            {
                return null;
            }

            using var look = _firstLooks.AttemptAcquire();
            if (!look.IsAcquired)
            {
                throw new TooManyUnknownKeysException();
            }
        }

        try
        {
            return Remember(id, await ReadAsync(id, cancellationToken));
        }
        catch (IOException) when (isKnown)
        {
            // Who was known goes on being known while the store is away: inference needs nothing else of it.
            return known.Record;
        }
    }

    private ApiKeyRecord? Remember(string id, ApiKeyRecord? record)
    {
        if (record is not null)
        {
            _known[id] = (record, time.GetTimestamp());
            return record;
        }

        _known.TryRemove(id, out _);
        if (_absent.Count >= MaxAbsent)
        {
            _absent.Clear();
        }

        _absent[id] = time.GetTimestamp();
        return null;
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
