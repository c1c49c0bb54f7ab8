using System.Runtime.InteropServices;

namespace LoraMesh.Text.Models;

// Words that were tokenized before. It stops growing at its limits: most of a text is its commonest words.
//
// All words lie in one array, so that finding one touches two places in memory and follows no objects. A word is a number
// that holds its chars' count and its tokens' count, the chars two by two, the ids, and the ranges of bytes.
// A slot holds hash and place in one number, which is written last: whoever sees it sees the word. Readers take no lock.
internal sealed class WordCache
{
    private const int MaxWordChars = 64;
    private const int MaxWords = 1 << 17;
    private const int MaxInts = 1 << 22;

    // Words that were made to collide are not kept; they cost no more than others.
    private const int MaxProbes = 16;

    private readonly Lock _writing = new();
    private volatile Store _store = new(new long[1 << 10], new int[1 << 12]);
    private int _count;

    /// <summary>Finds a word.</summary>
    public bool TryGet(ReadOnlySpan<char> text, out WordTokens word)
    {
        if (text.Length <= MaxWordChars)
        {
            return TryGet(_store, Hash(text), text, out word);
        }

        word = default;
        return false;
    }

    /// <summary>
    /// Looks for many words at once. Most of the time of finding one goes by waiting for memory; the waits for several,
    /// which do not depend on each other, overlap.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="ranges">Where its words stand.</param>
    /// <param name="places">Gets a place per word, 0 where it was not found at once and is to be looked for by itself.</param>
    /// <returns>What <see cref="At"/> reads the places in.</returns>
    public ReadOnlySpan<int> Find(ReadOnlySpan<char> text, ReadOnlySpan<(int Start, int End)> ranges, Span<int> places)
    {
        var store = _store;
        var (slots, words) = (store.Slots, store.Words);
        for (var i = 0; i < ranges.Length; i++)
        {
            var (start, end) = ranges[i];
            places[i] = 0;
            if (end - start <= MaxWordChars)
            {
                var hash = Hash(text[start..end]);
                var slot = Volatile.Read(ref slots[hash & (uint)(slots.Length - 1)]);
                places[i] = (uint)(slot >> 32) == hash ? (int)slot : 0;
            }
        }

        for (var i = 0; i < ranges.Length; i++)
        {
            var (start, end) = ranges[i];
            var at = places[i] - 1;
            places[i] = at >= 0 && Chars(words, at).SequenceEqual(text[start..end]) ? places[i] : 0;
        }

        return words;
    }

    /// <summary>The word at a place.</summary>
    public static WordTokens At(ReadOnlySpan<int> words, int place)
    {
        var at = place - 1;
        var (packed, tokens) = (((words[at] & 0xFFFF) + 1) / 2, words[at] >> 16);
        return new WordTokens(words.Slice(at + 1 + packed, tokens), MemoryMarshal.Cast<int, ByteRange>(words.Slice(at + 1 + packed + tokens, 2 * tokens)));
    }

    /// <summary>Keeps a word if there is room.</summary>
    public void Add(ReadOnlySpan<char> text, WordTokens word)
    {
        if (text.Length > MaxWordChars)
        {
            return;
        }

        lock (_writing)
        {
            var hash = Hash(text);
            var size = 1 + ((text.Length + 1) / 2) + (3 * word.Ids.Length);
            if (_count < MaxWords && _store.Used + size <= MaxInts && !TryGet(_store, hash, text, out _))
            {
                _store = _store.WithRoom(_count + 1, size);
                _count += _store.Put(hash, text, word, size) ? 1 : 0;
            }
        }
    }

    private static bool TryGet(Store store, uint hash, ReadOnlySpan<char> text, out WordTokens word)
    {
        var (slots, words) = (store.Slots, store.Words);
        for (var i = 0; i < MaxProbes; i++)
        {
            var slot = Volatile.Read(ref slots[(hash + (uint)i) & (uint)(slots.Length - 1)]);
            if (slot == 0)
            {
                break;
            }

            if ((uint)(slot >> 32) == hash && Chars(words, (int)slot - 1).SequenceEqual(text))
            {
                word = At(words, (int)slot);
                return true;
            }
        }

        word = default;
        return false;
    }

    private static ReadOnlySpan<char> Chars(ReadOnlySpan<int> words, int at)
    {
        var count = words[at] & 0xFFFF;
        return MemoryMarshal.Cast<int, char>(words.Slice(at + 1, (count + 1) / 2))[..count];
    }

    private static uint Hash(ReadOnlySpan<char> text)
    {
        var bytes = MemoryMarshal.AsBytes(text);
        var hash = (ulong)text.Length;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            hash = Mix(hash ^ MemoryMarshal.Read<ulong>(bytes));
        }

        var rest = 0UL;
        for (var i = 0; i < bytes.Length; i++)
        {
            rest |= (ulong)bytes[i] << (8 * i);
        }

        hash = Mix(hash ^ rest);
        return (uint)(hash ^ (hash >> 32));
    }

    private static ulong Mix(ulong value)
    {
        value *= 0x9E3779B97F4A7C15;
        return value ^ (value >> 29);
    }

    // Places in words begin at 1, so that an empty slot is 0. What is there is never changed, only added to.
    private sealed class Store(long[] slots, int[] words)
    {
        public long[] Slots => slots;

        public int[] Words => words;

        public int Used { get; private set; }

        /// <summary>This, or a larger copy, with room for so many words in all and so many numbers more.</summary>
        public Store WithRoom(int count, int size)
        {
            var (tight, full) = (2 * count > slots.Length, Used + size > words.Length);
            if (!tight && !full)
            {
                return this;
            }

            var larger = full ? new int[Math.Max(2 * words.Length, Used + size)] : words;
            if (full)
            {
                words.AsSpan(0, Used).CopyTo(larger);
            }

            var store = new Store(new long[tight ? 2 * slots.Length : slots.Length], larger) { Used = Used };
            foreach (var slot in slots)
            {
                if (slot != 0)
                {
                    store.Place(slot);
                }
            }

            return store;
        }

        public bool Put(uint hash, ReadOnlySpan<char> text, WordTokens word, int size)
        {
            var packed = (text.Length + 1) / 2;
            var room = words.AsSpan(Used, size);
            room[0] = text.Length | (word.Ids.Length << 16);
            text.CopyTo(MemoryMarshal.Cast<int, char>(room.Slice(1, packed)));
            word.Ids.CopyTo(room[(1 + packed)..]);
            word.Bytes.CopyTo(MemoryMarshal.Cast<int, ByteRange>(room[(1 + packed + word.Ids.Length)..]));
            if (!Place(((long)hash << 32) | (uint)(Used + 1)))
            {
                return false;
            }

            Used += size;
            return true;
        }

        private bool Place(long slot)
        {
            var hash = (uint)(slot >> 32);
            for (var i = 0; i < MaxProbes; i++)
            {
                ref var place = ref slots[(hash + (uint)i) & (uint)(slots.Length - 1)];
                if (place == 0)
                {
                    Volatile.Write(ref place, slot);
                    return true;
                }
            }

            return false;
        }
    }
}
