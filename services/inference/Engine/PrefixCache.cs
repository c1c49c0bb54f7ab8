using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using LoraMesh.Model;

namespace LoraMesh.Inference.Engine;

// What has been computed of the beginnings of earlier sequences, in blocks. A block's key is a SHA-256 over the adapter's content (scale
// included) and every token up to the block's end, so that it is found by the same beginning under the same adapter alone, whatever that
// is called now; the base is the engine's. What is taken over has the very bits that would be computed: where these depend on how a
// prompt is cut, a block is a whole piece of a prompt. The longest unused leave first. Lives on the engine's thread.
internal sealed class PrefixCache(CausalLm model, long maxBytes, int promptPiece) : IDisposable
{
    // Tokens of a block where numbers do not depend on the cut.
    private const int BlockSize = 32;

    private static readonly byte[] Base = new byte[SHA256.HashSizeInBytes];

    private readonly Dictionary<Key, LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _newest = [];

    public long Bytes { get; private set; }

    // Fills an empty sequence with what is known of its prompt, but for its last token, whose logits are wanted. Gives the number of tokens.
    public int Take(DecoderSession session, ReadOnlySpan<int> prompt, ServedPrefix prefix)
    {
        var block = BlockOf(prefix);
        var found = new List<LinkedListNode<Entry>>();
        foreach (var key in Keys(prompt[..(Math.Max(0, prompt.Length - 1) / block * block)], prefix, block))
        {
            if (!_entries.TryGetValue(key, out var entry))
            {
                break;
            }

            session.Take(entry.Value.Block, prompt.Slice(found.Count * block, block));
            found.Add(entry);
        }

        Touch(found);
        return found.Count * block;
    }

    // Remembers a sequence: its prompt, and where numbers do not depend on the cut, the answer too.
    public void Keep(DecoderSession session, int promptLength, ServedPrefix prefix)
    {
        var block = BlockOf(prefix);
        var ids = session.Ids[..(IsFree(prefix) ? session.Length : Math.Min(session.Length, promptLength))];
        var found = new List<LinkedListNode<Entry>>();
        foreach (var key in Keys(ids[..(ids.Length / block * block)], prefix, block))
        {
            if (!_entries.TryGetValue(key, out var entry))
            {
                var copy = session.Copy(found.Count * block, block);
                if (copy.Bytes * (found.Count + 1) > maxBytes)
                {
                    copy.Dispose(); // The rest of so long a beginning would push out what comes before it.
                    break;
                }

                entry = _newest.AddFirst(new Entry(key, copy));
                _entries[key] = entry;
                Bytes += copy.Bytes;
            }

            found.Add(entry);
        }

        Touch(found);
        while (Bytes > maxBytes)
        {
            Remove(_newest.Last!);
        }
    }

    public void Dispose()
    {
        while (_newest.Last is { } last)
        {
            Remove(last);
        }
    }

    private bool IsFree(ServedPrefix prefix) => model.RowsAreIndependent && prefix.IsPlain;

    private int BlockOf(ServedPrefix prefix) => IsFree(prefix) ? BlockSize : promptPiece;

    // Beginnings are newer than what goes on from them: without them that is not found.
    private void Touch(List<LinkedListNode<Entry>> chain)
    {
        for (var i = chain.Count - 1; i >= 0; i--)
        {
            _newest.Remove(chain[i]);
            _newest.AddFirst(chain[i]);
        }
    }

    private void Remove(LinkedListNode<Entry> entry)
    {
        _newest.Remove(entry);
        _entries.Remove(entry.Value.Key);
        Bytes -= entry.Value.Block.Bytes;
        entry.Value.Block.Dispose();
    }

    private static List<Key> Keys(ReadOnlySpan<int> ids, ServedPrefix prefix, int block)
    {
        var keys = new List<Key>(ids.Length / block);
        Span<byte> text = new byte[SHA256.HashSizeInBytes + (block * sizeof(int))];
        var before = text[..SHA256.HashSizeInBytes];
        (prefix.Digest ?? Base).CopyTo(before);
        for (; ids.Length > 0; ids = ids[block..])
        {
            MemoryMarshal.AsBytes(ids[..block]).CopyTo(text[SHA256.HashSizeInBytes..]);
            SHA256.HashData(text, before);
            keys.Add(new Key(BinaryPrimitives.ReadUInt128LittleEndian(before), BinaryPrimitives.ReadUInt128LittleEndian(before[16..])));
        }

        return keys;
    }

    private readonly record struct Key(UInt128 First, UInt128 Second);

    private sealed record Entry(Key Key, CachedBlock Block);
}
