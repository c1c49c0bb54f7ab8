using System.Globalization;
using System.Security.Cryptography;
using LoraMesh.Contracts;
using LoraMesh.Hosting.Access;
using LoraMesh.Storage;

namespace LoraMesh.Inference.Batches;

// lm-batches/batches/<id>/batch.json and parts/, and lm-batches/open/<id> for as long as it has not come to its end.

/// <summary>Batches and their parts in the store, which is all that is known of them: any replica may go on with any batch.</summary>
public sealed class BatchStore(IBlobStore store, TimeProvider time)
{
    /// <summary>The one window that is offered.</summary>
    public const string Window = "24h";

    private const string Prefix = "batch_";
    private const string Folder = "batches/";
    private const string RecordName = "/batch.json";
    private const string Open = "open/";
    private const int MaxRaces = 16;

    /// <summary>How long <see cref="Window"/> is.</summary>
    public static TimeSpan WindowTime { get; } = TimeSpan.FromHours(24);

    /// <summary>A new id; later ones are greater.</summary>
    public string NewId() => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{time.GetUtcNow().ToUnixTimeMilliseconds():x12}{RandomNumberGenerator.GetHexString(16, lowercase: true)}");

    /// <summary>Whether this can be the id of a batch.</summary>
    public static bool IsId(string id) =>
        id is not null && id.StartsWith(Prefix, StringComparison.Ordinal) && id.Length is > 6 and <= 66 && id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_');

    /// <summary>The batch, or null where there is none.</summary>
    public async Task<BatchRecord?> FindAsync(string id, CancellationToken cancellationToken) =>
        IsId(id) ? await store.FindJsonAsync<BatchRecord>(Buckets.Batches, RecordKey(id), cancellationToken) : null;

    /// <summary>Writes a new batch down, unless there is one of this id.</summary>
    public async Task CreateAsync(BatchRecord record, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(record);
        using var nothing = new MemoryStream();
        await store.PutAsync(Buckets.Batches, Open + record.Id, nothing, default, cancellationToken);
        try
        {
            await store.PutJsonAsync(Buckets.Batches, RecordKey(record.Id), record, PutCondition.IfAbsent, cancellationToken);
        }
        catch (BlobConditionException)
        {
            // Its twin was first.
        }
    }

    /// <summary>Changes a batch as it lies there now.</summary>
    /// <param name="id">The batch.</param>
    /// <param name="change">Gives the batch as it shall be, or null where it shall stay; may be asked again.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The batch as it then is, and whether this call changed it.</returns>
    /// <exception cref="InvalidOperationException">There is no such batch.</exception>
    public async Task<(BatchRecord Record, bool Changed)> ChangeAsync(string id, Func<BatchRecord, BatchRecord?> change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        for (var race = 0; race < MaxRaces; race++)
        {
            // The tag is read first: if the record changes after that, the write below is refused.
            var seen = await store.StatAsync(Buckets.Batches, RecordKey(id), cancellationToken);
            if (seen is null || await FindAsync(id, cancellationToken) is not { } record)
            {
                throw new InvalidOperationException($"There is no batch '{id}'.");
            }

            if (change(record) is not { } changed)
            {
                return (record, false);
            }

            try
            {
                await store.PutJsonAsync(Buckets.Batches, RecordKey(id), changed, PutCondition.IfMatch(seen.ETag), cancellationToken);
                return (changed, true);
            }
            catch (BlobConditionException)
            {
                // Someone else was first; look again.
            }
        }

        throw new IOException($"The batch '{id}' is changed by others all the time; try again.");
    }

    /// <summary>The caller's batches, newest first, after the one with an id.</summary>
    public async Task<ListView<BatchView>> ListAsync(Caller caller, string? after, int most, CancellationToken cancellationToken)
    {
        var found = new List<BatchView>();
        foreach (var id in Enumerable.Reverse(await IdsAsync(_ => true, cancellationToken)).Where(id => after is null || string.CompareOrdinal(id, after) < 0))
        {
            if (await FindAsync(id, cancellationToken) is { } record && FileStore.IsOf(caller, record.Owner, record.Projects))
            {
                if (found.Count == most)
                {
                    return new ListView<BatchView> { Data = found, HasMore = true };
                }

                found.Add(record.View());
            }
        }

        return new ListView<BatchView> { Data = found };
    }

    /// <summary>Ids of the batches that have not come to their end, and when each was begun.</summary>
    public async Task<IReadOnlyList<(string Id, DateTimeOffset Since)>> OpenAsync(CancellationToken cancellationToken)
    {
        var open = new List<(string, DateTimeOffset)>();
        await foreach (var blob in store.ListAsync(Buckets.Batches, Open, cancellationToken))
        {
            open.Add((blob.Key[Open.Length..], blob.LastModified));
        }

        return open;
    }

    /// <summary>Opens a part that lies there, or gives null.</summary>
    public Task<Stream?> OpenPartAsync(string id, int part, CancellationToken cancellationToken) => store.OpenReadAsync(Buckets.Batches, PartKey(id, part), cancellationToken);

    /// <summary>Stores a part unless it lies there already: what was answered once stays answered so.</summary>
    public async Task PutPartAsync(string id, int part, Stream lines, CancellationToken cancellationToken)
    {
        try
        {
            await store.PutAsync(Buckets.Batches, PartKey(id, part), lines, PutCondition.IfAbsent, cancellationToken);
        }
        catch (BlobConditionException)
        {
            // A twin's answers count.
        }
    }

    /// <summary>Removes the parts and the mark of a batch that has come to its end.</summary>
    public async Task CloseAsync(string id, CancellationToken cancellationToken)
    {
        await store.DeleteAllAsync(Buckets.Batches, $"{Folder}{id}/parts/", cancellationToken: cancellationToken);
        await store.DeleteAsync(Buckets.Batches, Open + id, cancellationToken);
    }

    /// <summary>Removes the batches that were last changed before a moment and have come to their end.</summary>
    public async Task DeleteBeforeAsync(DateTimeOffset moment, CancellationToken cancellationToken)
    {
        foreach (var id in await IdsAsync(record => record.LastModified < moment, cancellationToken))
        {
            if (await FindAsync(id, cancellationToken) is { IsEnded: true })
            {
                await store.DeleteAllAsync(Buckets.Batches, $"{Folder}{id}/", cancellationToken: cancellationToken);
            }
        }
    }

    private static string RecordKey(string id) => Folder + id + RecordName;

    private static string PartKey(string id, int part) => string.Create(CultureInfo.InvariantCulture, $"{Folder}{id}/parts/{part:D6}.jsonl");

    // In the order of time.
    private async Task<List<string>> IdsAsync(Func<BlobInfo, bool> which, CancellationToken cancellationToken)
    {
        var ids = new List<string>();
        await foreach (var blob in store.ListAsync(Buckets.Batches, Folder, cancellationToken))
        {
            if (blob.Key.EndsWith(RecordName, StringComparison.Ordinal) && which(blob))
            {
                ids.Add(blob.Key[Folder.Length..^RecordName.Length]);
            }
        }

        return ids;
    }
}
