using System.Runtime.InteropServices;
using System.Text;
using LoraMesh.Contracts;
using LoraMesh.Formats;
using LoraMesh.Storage;
using LoraMesh.Trainer.Training;

namespace LoraMesh.Trainer.Checkpoints;

/// <summary>
/// Checkpoints of one run in the store. State first, pointer last: whoever dies in between leaves the older checkpoint
/// in force. The two newest are kept.
/// </summary>
internal sealed class CheckpointStore(IBlobStore store, LocalBlobCache cache, string runId, string adapterId, long fence)
{
    private const int Kept = 2;

    private string Folder => $"{runId}/checkpoints/";

    private string PointerKey => $"{Folder}latest.json";

    /// <summary>The newest complete checkpoint of this very adapter, or null where there is none.</summary>
    internal async Task<(TrainingState State, IReadOnlyList<string> Metrics)?> FindAsync(CancellationToken cancellationToken)
    {
        var pointer = await store.FindJsonAsync<CheckpointPointer>(Buckets.Runs, PointerKey, cancellationToken);
        if (pointer is null || pointer.AdapterId != adapterId)
        {
            return null;
        }

        var path = await cache.FetchAsync(pointer.State, cancellationToken);
        using var metrics = await store.ReadVerifiedAsync(pointer.Metrics, cancellationToken);
        var lines = Encoding.UTF8.GetString(metrics.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        using var file = SafetensorsFile.Open(path);
        return (new TrainingState(pointer.Step, Read(file, "parameters"), Read(file, "first_moment"), Read(file, "second_moment")), lines);
    }

    /// <summary>Writes a checkpoint.</summary>
    /// <exception cref="StaleFenceException">Another worker has gone on with this job.</exception>
    internal async Task PutAsync(TrainingState state, IReadOnlyList<string> metrics, CancellationToken cancellationToken)
    {
        var current = await store.StatAsync(Buckets.Runs, PointerKey, cancellationToken);
        var previous = current is null ? null : await store.FindJsonAsync<CheckpointPointer>(Buckets.Runs, PointerKey, cancellationToken);
        if (previous is not null && previous.AdapterId == adapterId && previous.Fence > fence)
        {
            throw new StaleFenceException(runId, fence, previous.Fence);
        }

        using var content = new MemoryStream();
        SafetensorsWriter.Write(content, [Entry("parameters", state.Parameters), Entry("first_moment", state.FirstMoment), Entry("second_moment", state.SecondMoment)]);
        content.Position = 0;
        // The fence is part of the name: a paused twin that wakes up writes beside us, not over us.
        var name = $"{Folder}{state.Step:D8}-{fence}";
        var written = await store.PutAsync(Buckets.Runs, $"{name}.safetensors", content, default, cancellationToken);
        using var lines = new MemoryStream(Encoding.UTF8.GetBytes(string.Concat(metrics.Select(line => line + "\n"))));
        var curve = await store.PutAsync(Buckets.Runs, $"{name}.jsonl", lines, default, cancellationToken);
        var pointer = new CheckpointPointer { AdapterId = adapterId, Step = state.Step, Fence = fence, State = written, Metrics = curve };
        await store.PutJsonAsync(Buckets.Runs, PointerKey, pointer, current is null ? PutCondition.IfAbsent : PutCondition.IfMatch(current.ETag), cancellationToken);
        await DropOldAsync(cancellationToken);
    }

    private async Task DropOldAsync(CancellationToken cancellationToken)
    {
        var states = new List<string>();
        await foreach (var blob in store.ListAsync(Buckets.Runs, Folder, cancellationToken))
        {
            if (blob.Key.EndsWith(".safetensors", StringComparison.Ordinal))
            {
                states.Add(blob.Key);
            }
        }

        foreach (var key in states.SkipLast(Kept))
        {
            await store.DeleteAsync(Buckets.Runs, key, cancellationToken);
            await store.DeleteAsync(Buckets.Runs, Path.ChangeExtension(key, ".jsonl"), cancellationToken);
        }
    }

    private static SafetensorsWriter.Entry Entry(string name, float[] values) =>
        new(name, "F32", [values.Length], MemoryMarshal.AsBytes<float>(values).ToArray());

    private static float[] Read(SafetensorsFile file, string name) =>
        MemoryMarshal.Cast<byte, float>(file.Bytes(file.Require(name, "F32", dimensions: 1))).ToArray();
}
