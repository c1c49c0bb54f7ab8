using LoraMesh.BaseModel.Corpus;

namespace LoraMesh.BaseModel.Tickets;

/// <summary>Deals every item once before any item a second time, so that each is seen about equally often.</summary>
public sealed class Deck<T>(IEnumerable<T> items, Draw draw)
{
    private readonly T[] _items = [.. items];
    private readonly Queue<T> _dealt = [];

    /// <summary>The next item.</summary>
    public T Next()
    {
        if (_dealt.Count == 0)
        {
            foreach (var item in draw.Shuffled(_items))
            {
                _dealt.Enqueue(item);
            }
        }

        return _dealt.Dequeue();
    }
}
