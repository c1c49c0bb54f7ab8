namespace LoraMesh.Text.Models;

// Byte-pair merging of one word: the pair of the lowest rank first, of equal ranks the leftmost. A heap keeps that at
// O(n log n), as a word's length is up to whoever wrote the text.
internal sealed class MergeQueue
{
    private readonly MergeTable _merges;
    private readonly Symbol[] _symbols;

    // Rank above position.
    private readonly PriorityQueue<Candidate, long> _queue = new();

    public MergeQueue(MergeTable merges, List<(int Id, int Length)> symbols)
    {
        _merges = merges;
        _symbols = new Symbol[symbols.Count];
        for (var i = 0; i < _symbols.Length; i++)
        {
            _symbols[i] = new Symbol(symbols[i].Id, symbols[i].Length, i - 1, i + 1 < _symbols.Length ? i + 1 : -1);
        }
    }

    public Word Run()
    {
        for (var i = 0; i + 1 < _symbols.Length; i++)
        {
            Offer(i, i + 1);
        }

        while (_queue.TryDequeue(out var candidate, out var priority))
        {
            Merge(candidate, (int)(uint)priority);
        }

        return Remaining();
    }

    private Word Remaining()
    {
        var count = 0;
        foreach (var symbol in _symbols)
        {
            count += symbol.Id >= 0 ? 1 : 0;
        }

        var (ids, bytes, at, position) = (new int[count], new ByteRange[count], 0, 0);
        foreach (var symbol in _symbols)
        {
            if (symbol.Id >= 0)
            {
                ids[at] = symbol.Id;
                bytes[at++] = new ByteRange(position, position += symbol.Length);
            }
        }

        return new Word(ids, bytes);
    }

    private void Offer(int left, int right)
    {
        if (left >= 0 && right >= 0 && _merges.TryGet(_symbols[left].Id, _symbols[right].Id, out var merge))
        {
            _queue.Enqueue(new Candidate(_symbols[left].Id, _symbols[right].Id, merge.Id), ((long)merge.Rank << 32) | (uint)left);
        }
    }

    private void Merge(Candidate candidate, int position)
    {
        ref var left = ref _symbols[position];
        if (left.Id != candidate.LeftId || left.Next < 0 || _symbols[left.Next].Id != candidate.RightId)
        {
            return;
        }

        ref var right = ref _symbols[left.Next];
        left = new Symbol(candidate.MergedId, left.Length + right.Length, left.Previous, right.Next);
        if (right.Next >= 0)
        {
            _symbols[right.Next] = _symbols[right.Next] with { Previous = position };
        }

        right = right with { Id = -1 };
        Offer(left.Previous, position);
        Offer(position, left.Next);
    }

    private readonly record struct Symbol(int Id, int Length, int Previous, int Next);

    private readonly record struct Candidate(int LeftId, int RightId, int MergedId);
}
