using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.Hosting.Jobs;
using LoraMesh.Storage;

namespace LoraMesh.AllInOne.Suite;

/// <summary>
/// Lets the leases lapse that a predecessor of this process held. Whoever holds the data folder alone knows that no
/// worker of them is alive, and need not wait for their time; owner, fence and attempt stay as they are.
/// </summary>
public static class AbandonedLeases
{
    private const string Suffix = ".lease.json";

    /// <summary>Ends every lease that would still count as live. Call it before anything takes one.</summary>
    /// <returns>How many were ended.</returns>
    public static async Task<int> EndAsync(IBlobStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        await store.EnsureBucketAsync(Buckets.Runs, cancellationToken);
        var keys = new List<string>();
        await foreach (var blob in store.ListAsync(Buckets.Runs, "", cancellationToken))
        {
            if (blob.Key.EndsWith(Suffix, StringComparison.Ordinal))
            {
                keys.Add(blob.Key);
            }
        }

        var now = time.GetUtcNow();
        var ended = 0;
        foreach (var key in keys)
        {
            if (await FindAsync(store, key, cancellationToken) is { } lease && lease.IsLive(now))
            {
                await store.PutJsonAsync(Buckets.Runs, key, lease with { ExpiresAt = now }, cancellationToken: cancellationToken);
                ended++;
            }
        }

        return ended;
    }

    private static async Task<JobLease?> FindAsync(IBlobStore store, string key, CancellationToken cancellationToken)
    {
        try
        {
            return await store.FindJsonAsync<JobLease>(Buckets.Runs, key, cancellationToken);
        }
        catch (JsonException)
        {
            // No lease, so nobody waits for it.
            return null;
        }
    }
}
