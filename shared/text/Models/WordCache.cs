using System.Collections.Concurrent;

namespace LoraMesh.Text.Models;

// Words that were tokenized before. It stops growing at its limit: most of a text is its commonest words.
internal sealed class WordCache
{
    private const int MaxWords = 100_000;
    private const int MaxWordChars = 64;

    private readonly ConcurrentDictionary<string, Word> _words = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Word>.AlternateLookup<ReadOnlySpan<char>> _bySpan;
    private int _count;

    public WordCache() => _bySpan = _words.GetAlternateLookup<ReadOnlySpan<char>>();

    public Word GetOrAdd(ReadOnlySpan<char> text, Func<string, Word> encode)
    {
        if (_bySpan.TryGetValue(text, out var known))
        {
            return known;
        }

        var written = text.ToString();
        var word = encode(written);
        if (text.Length <= MaxWordChars && _count < MaxWords && _words.TryAdd(written, word))
        {
            Interlocked.Increment(ref _count);
        }

        return word;
    }
}
