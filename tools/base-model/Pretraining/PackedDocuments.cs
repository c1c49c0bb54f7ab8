using LoraMesh.Model;

namespace LoraMesh.BaseModel.Pretraining;

/// <summary>Endless batches of whole documents in an order that a seed decides.</summary>
internal sealed class PackedDocuments(List<int[]> documents, int tokens, int seed)
{
    private readonly Random _random = new(seed);
    private readonly Queue<int[]> _queue = new();

    /// <summary>The next batch: as many whole documents as fit.</summary>
    internal (TokenBatch Batch, int[] Labels) Next()
    {
        var chosen = new List<int[]>();
        var total = 0;
        while (true)
        {
            if (_queue.Count == 0)
            {
                Refill();
            }

            if (chosen.Count > 0 && total + _queue.Peek().Length > tokens)
            {
                return Pack(chosen);
            }

            chosen.Add(_queue.Dequeue());
            total += chosen[^1].Length;
        }
    }

    /// <summary>Lays documents side by side, equal lengths together so that they share operations.</summary>
    internal static (TokenBatch Batch, int[] Labels) Pack(IEnumerable<int[]> documents)
    {
        var ordered = documents.OrderBy(document => document.Length).ToList();
        var ids = ordered.SelectMany(document => document).ToArray();
        return (new TokenBatch([.. ids.Select(id => (long)id)], [.. ordered.Select(document => document.Length)]), ids);
    }

    private void Refill()
    {
        var order = documents.ToArray();
        _random.Shuffle(order);
        foreach (var document in order)
        {
            _queue.Enqueue(document);
        }
    }
}
