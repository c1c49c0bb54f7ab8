using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using LoraMesh.Contracts;
using LoraMesh.Storage;
using LoraMesh.Trainer.Training;

namespace LoraMesh.Trainer.Checkpoints;

/// <summary>
/// Checkpoints of one run in the store. State first, pointer last: whoever dies in between leaves the older checkpoint
/// in force. The two newest are kept, and a damaged one gives way to the one before.
/// </summary>
internal sealed class CheckpointStore(IBlobStore store, LocalBlobCache cache, string runId, string adapterId, long fence)
{
    private const int DigestBytes = 6;

    private string Folder => $"{runId}/checkpoints/";

    private string PointerKey => $"{Folder}latest.json";

    /// <summary>The newest whole checkpoint of this very adapter, or null where there is none.</summary>
    internal async Task<(TrainingState State, IReadOnlyList<string> Metrics)?> FindAsync(CancellationToken cancellationToken)
    {
        var pointer = await store.FindJsonAsync<CheckpointPointer>(Buckets.Runs, PointerKey, cancellationToken);
        if (pointer is null || pointer.AdapterId != adapterId)
        {
            return null;
        }

        return await ReadAsync(pointer.State, pointer.Metrics, cancellationToken)
            ?? (pointer is { PreviousState: { } state, PreviousMetrics: { } metrics } ? await ReadAsync(state, metrics, cancellationToken) : null);
    }

    /// <summary>Writes a checkpoint.</summary>
    /// <exception cref="StaleFenceException">Another worker has gone on with this job.</exception>
    internal async Task PutAsync(TrainingState state, IReadOnlyList<string> metrics, CancellationToken cancellationToken)
    {
        var current = await store.StatAsync(Buckets.Runs, PointerKey, cancellationToken);
        var previous = current is null ? null : await store.FindJsonAsync<CheckpointPointer>(Buckets.Runs, PointerKey, cancellationToken);
        previous = previous?.AdapterId == adapterId ? previous : null;
        if (previous?.Fence > fence)
        {
            throw new StaleFenceException(runId, fence, previous.Fence);
        }

        // On disk: the states of a large adapter are larger than an array can be.
        await using var content = new FileStream(Path.GetTempFileName(), FileMode.Truncate, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
        StateFile.Write(content, state);
        using var lines = new MemoryStream(Encoding.UTF8.GetBytes(string.Concat(metrics.Select(line => line + "\n"))));
        // Fence and content are part of the name: a paused twin that wakes up writes beside us, not over us, and so does a
        // training that has gone back and comes by the same step again.
        var digest = await DigestAsync(content, cancellationToken);
        var name = string.Create(CultureInfo.InvariantCulture, $"{Folder}{state.Step:D8}-{fence}-{digest}");
        var pointer = new CheckpointPointer
        {
            AdapterId = adapterId,
            Step = state.Step,
            Fence = fence,
            State = await PutAsync($"{name}.safetensors", content, cancellationToken),
            Metrics = await PutAsync($"{name}.jsonl", lines, cancellationToken),
            PreviousState = previous?.State,
            PreviousMetrics = previous?.Metrics,
        };
        if (pointer.State == previous?.State)
        {
            return;
        }

        await store.PutJsonAsync(Buckets.Runs, PointerKey, pointer, current is null ? PutCondition.IfAbsent : PutCondition.IfMatch(current.ETag), cancellationToken);
        string?[] kept = [PointerKey, pointer.State.Key, pointer.Metrics.Key, pointer.PreviousState?.Key, pointer.PreviousMetrics?.Key];
        await store.DeleteAllAsync(Buckets.Runs, Folder, blob => !kept.Contains(blob.Key), cancellationToken);
    }

    private async Task<(TrainingState, IReadOnlyList<string>)?> ReadAsync(BlobRef state, BlobRef metrics, CancellationToken cancellationToken)
    {
        try
        {
            var path = await cache.FetchAsync(state, cancellationToken);
            using var lines = await store.ReadVerifiedAsync(metrics, cancellationToken);
            return (StateFile.Read(path), Encoding.UTF8.GetString(lines.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }
        catch (Exception damage) when (damage is BlobIntegrityException or InvalidDataException)
        {
            return null;
        }
    }

    private Task<BlobRef> PutAsync(string key, Stream content, CancellationToken cancellationToken)
    {
        content.Position = 0;
        return store.PutAsync(Buckets.Runs, key, content, default, cancellationToken);
    }

    private static async Task<string> DigestAsync(Stream content, CancellationToken cancellationToken)
    {
        content.Position = 0;
        return Convert.ToHexStringLower((await SHA256.HashDataAsync(content, cancellationToken)).AsSpan(0, DigestBytes));
    }
}
