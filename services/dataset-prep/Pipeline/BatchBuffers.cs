using System.Buffers;
using System.Collections.Concurrent;

namespace LoraMesh.DatasetPrep.Pipeline;

/// <summary>The buffers of batches, used again: each is large enough to cost a full collection where it is made anew. There are never more than batches under way. Safe to use from several threads at once.</summary>
internal sealed class BatchBuffers
{
    private const int FirstBytes = 512 * 1024;

    private readonly ConcurrentBag<ArrayBufferWriter<byte>> _free = [];

    /// <summary>An empty buffer.</summary>
    public ArrayBufferWriter<byte> Rent()
    {
        var buffer = _free.TryTake(out var free) ? free : new ArrayBufferWriter<byte>(FirstBytes);
        buffer.ResetWrittenCount();
        return buffer;
    }

    /// <summary>Takes a buffer back that nobody reads any more.</summary>
    public void Return(ArrayBufferWriter<byte> buffer) => _free.Add(buffer);
}
