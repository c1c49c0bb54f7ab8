namespace LoraMesh.BaseModel.Tokenization;

/// <summary>How often each pair of neighbouring symbols occurs, kept up to date while pairs are merged.</summary>
internal sealed class PairCounts
{
    private readonly Word[] _words;
    private readonly Dictionary<(int, int), long> _counts = [];
    private readonly Dictionary<(int, int), HashSet<int>> _where = [];

    public PairCounts(Word[] words)
    {
        _words = words;
        for (var i = 0; i < words.Length; i++)
        {
            Add(i, +1);
        }
    }

    /// <summary>The pair that occurs most often, at least twice; of equals, the one with the smallest ids.</summary>
    public (int Left, int Right)? MostFrequent()
    {
        (int, int)? best = null;
        var most = 1L;
        foreach (var (pair, count) in _counts)
        {
            if (count > most || (count == most && best is { } other && pair.CompareTo(other) < 0))
            {
                (best, most) = (pair, count);
            }
        }

        return best;
    }

    /// <summary>Replaces the pair by the symbol <paramref name="joined"/> in every word that has it.</summary>
    public void Merge((int Left, int Right) pair, int joined)
    {
        foreach (var index in _where[pair].ToArray())
        {
            Add(index, -1);
            Join(_words[index].Symbols, pair, joined);
            Add(index, +1);
        }

        _counts.Remove(pair);
        _where.Remove(pair);
    }

    private static void Join(List<int> symbols, (int Left, int Right) pair, int joined)
    {
        var to = 0;
        for (var from = 0; from < symbols.Count; from++, to++)
        {
            var found = from + 1 < symbols.Count && symbols[from] == pair.Left && symbols[from + 1] == pair.Right;
            symbols[to] = found ? joined : symbols[from];
            from += found ? 1 : 0;
        }

        symbols.RemoveRange(to, symbols.Count - to);
    }

    private void Add(int index, int sign)
    {
        var word = _words[index];
        for (var i = 0; i + 1 < word.Symbols.Count; i++)
        {
            var pair = (word.Symbols[i], word.Symbols[i + 1]);
            var count = _counts.GetValueOrDefault(pair) + (sign * word.Count);
            if (count == 0)
            {
                _counts.Remove(pair);
                _where.Remove(pair);
                continue;
            }

            _counts[pair] = count;
            if (!_where.TryGetValue(pair, out var places))
            {
                _where[pair] = places = [];
            }

            places.Add(index);
        }
    }
}
