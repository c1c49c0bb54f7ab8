using System.Globalization;
using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.Control.Outbox;
using LoraMesh.Control.Registry.Rows;
using LoraMesh.Storage;
using Microsoft.EntityFrameworkCore;

namespace LoraMesh.Control.Registry;

/// <summary>
/// The audit trail in the store, from which it comes back when the database is lost. What one change added is one blob, named after place
/// and hash of its first entry, so that nothing is ever written over, not even by a database that was set back. Entries keep their places
/// and hashes: a trail that is read back is verified like the one that was lost.
/// </summary>
public sealed class AuditArchive(RegistryStore registry, IBlobStore blobs, ILogger<AuditArchive> log)
{
    /// <summary>Folder in <see cref="Buckets.Access"/>, and the lane in which entries are written.</summary>
    public const string Folder = "audit";

    // Entries of one blob, where they are written afterwards.
    private const int Page = 500;

    /// <summary>Lets entries that have their places be written by the outbox.</summary>
    internal static void Add(RegistryContext context, IReadOnlyList<AuditRow> entries) =>
        context.AddBlob(Folder, null, Buckets.Access, KeyOf(entries[0]), entries.Select(ArchivedEntry.Of), entries[0].At);

    /// <summary>Writes the trail of a registry that is older than its archive.</summary>
    /// <returns>How many entries were written; 0 where there was nothing to do.</returns>
    public async Task<int> CatchUpAsync(CancellationToken cancellationToken)
    {
        if (await HasBeginningAsync(cancellationToken) || await registry.ReadAsync(context => context.Outbox.AnyAsync(row => row.Lane == Folder && row.SentAt == null, cancellationToken), cancellationToken))
        {
            return 0;
        }

        await blobs.EnsureBucketAsync(Buckets.Access, cancellationToken);
        var (written, after) = (0, 0L);
        while (true)
        {
            var last = after;
            var entries = await registry.ReadAsync(context => context.Audit.Where(row => row.Sequence > last).OrderBy(row => row.Sequence).Take(Page).ToListAsync(cancellationToken), cancellationToken);
            if (entries.Count == 0)
            {
                return written;
            }

            await blobs.PutJsonAsync(Buckets.Access, KeyOf(entries[0]), entries.Select(ArchivedEntry.Of), cancellationToken: cancellationToken);
            (written, after) = (written + entries.Count, entries[^1].Sequence!.Value);
        }
    }

    /// <summary>
    /// The trail in its order, as it was written: whether it is whole is for <see cref="AuditChain.VerifyAsync"/> to say. Where a database was
    /// once set back, it is the trail that ends last.
    /// </summary>
    internal async Task<List<AuditRow>> ReadAsync(CancellationToken cancellationToken)
    {
        var entries = new List<ArchivedEntry>();
        await foreach (var blob in blobs.ListAsync(Buckets.Access, Folder + "/", cancellationToken))
        {
            try
            {
                entries.AddRange(await blobs.FindJsonAsync<List<ArchivedEntry>>(Buckets.Access, blob.Key, cancellationToken) ?? []);
            }
            catch (JsonException problem)
            {
                log.RecordUnreadable($"{Buckets.Access}/{blob.Key}", problem.Message);
            }
        }

        var rows = new List<AuditRow>();
        var places = entries.ToLookup(entry => entry.Sequence, entry => entry.ToRow());
        var next = entries.OrderBy(entry => entry.At).ThenBy(entry => entry.Sequence).LastOrDefault()?.ToRow();
        for (var place = next?.Sequence ?? 0; next is not null; next = Before(place, next))
        {
            rows.Add(next);
            place = next.Sequence!.Value;
        }

        rows.Reverse();
        return rows;

        // Backwards, because an entry's hash says which one came before it.
        AuditRow? Before(long place, AuditRow after)
        {
            for (place--; place > 0; place--)
            {
                if (places[place].FirstOrDefault(row => AuditChain.HashOf(row.Hash!, after) == after.Hash) is { } chained)
                {
                    return chained;
                }

                if (places[place].FirstOrDefault() is { } other)
                {
                    return other;
                }
            }

            return null;
        }
    }

    private async Task<bool> HasBeginningAsync(CancellationToken cancellationToken)
    {
        await foreach (var blob in blobs.ListAsync(Buckets.Access, PrefixOf(1), cancellationToken))
        {
            return true;
        }

        return false;
    }

    private static string KeyOf(AuditRow first) => $"{PrefixOf(first.Sequence!.Value)}{first.Hash![..16]}.json";

    // Of equal length, so that a listing is in the order of the trail.
    private static string PrefixOf(long sequence) => string.Create(CultureInfo.InvariantCulture, $"{Folder}/{sequence:D12}-");
}
