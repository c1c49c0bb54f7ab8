using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.Storage;
using Microsoft.Extensions.Logging;

namespace LoraMesh.Inference.Adapters;

// Reads lm-adapters/<project>/aliases/*.json; objects that have not changed are not read again.
internal sealed class AliasReader(IBlobStore store, ILogger logger)
{
    public const string Champion = "champion";
    public const string Canary = "canary";

    private const long MaxAliasBytes = 64 * 1024;

    private readonly Dictionary<string, (string ETag, FoundAlias? Alias)> _known = new(StringComparer.Ordinal);

    // Every alias that can be read, ordered by key. Not for use by two at once.
    public async Task<IReadOnlyList<FoundAlias>> ReadAsync(string prefix, CancellationToken cancellationToken)
    {
        var found = new List<FoundAlias>();
        var keys = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var blob in store.ListAsync(Buckets.Adapters, prefix, cancellationToken))
        {
            if (blob.Key.Split('/') is not [var project, "aliases", var file] || !file.EndsWith(".json", StringComparison.Ordinal))
            {
                continue;
            }

            keys.Add(blob.Key);
            if (!_known.TryGetValue(blob.Key, out var known) || known.ETag != blob.ETag)
            {
                known = (blob.ETag, await ReadAsync(blob, project, file[..^".json".Length], cancellationToken));
                _known[blob.Key] = known;
            }

            if (known.Alias is not null)
            {
                found.Add(known.Alias);
            }
        }

        foreach (var gone in _known.Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal) && !keys.Contains(key)).ToList())
        {
            _known.Remove(gone);
        }

        return found;
    }

    private async Task<FoundAlias?> ReadAsync(BlobInfo blob, string project, string name, CancellationToken cancellationToken)
    {
        try
        {
            if (blob.Bytes > MaxAliasBytes)
            {
                throw new InvalidDataException($"it has {blob.Bytes} bytes, at most {MaxAliasBytes} are read");
            }

            var alias = await store.FindJsonAsync<AdapterAlias>(blob.Bucket, blob.Key, cancellationToken);
            return alias is null || alias.Project == project
                ? alias is null ? null : new FoundAlias(name, alias, blob.LastModified)
                : throw new InvalidDataException($"it names the project '{alias.Project}'");
        }
        catch (Exception e) when (e is JsonException or InvalidDataException)
        {
            Log.AliasUnreadable(logger, blob.Key, e.Message);
            return null;
        }
    }
}

// An alias object: "champion" or another name, what it points to, and since when.
internal sealed record FoundAlias(string Name, AdapterAlias Target, DateTimeOffset Since);
