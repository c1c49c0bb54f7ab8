using System.Collections.Concurrent;

namespace LoraMesh.Inference.Engine;

// First come, first served, and never longer than its capacity. Anyone may join; the rest belongs to the engine's thread.
internal sealed class WaitingLine(int capacity)
{
    private readonly ConcurrentQueue<GenerationRequest> _arrivals = [];
    private readonly LinkedList<GenerationRequest> _line = [];
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public GenerationRequest? First => _line.First?.Value;

    public bool TryJoin(GenerationRequest request)
    {
        if (Interlocked.Increment(ref _count) > capacity)
        {
            Interlocked.Decrement(ref _count);
            return false;
        }

        _arrivals.Enqueue(request);
        return true;
    }

    // Lets newcomers in, and those go who have left without being served: they must not take anyone's place.
    public void Refresh()
    {
        while (_arrivals.TryDequeue(out var request))
        {
            _line.AddLast(request);
        }

        for (var node = _line.First; node is not null;)
        {
            var next = node.Next;
            node.Value.EndIfAbandoned();
            if (node.Value.Ended)
            {
                Remove(node);
            }

            node = next;
        }
    }

    public void RemoveFirst()
    {
        if (_line.First is { } first)
        {
            Remove(first);
        }
    }

    private void Remove(LinkedListNode<GenerationRequest> node)
    {
        _line.Remove(node);
        Interlocked.Decrement(ref _count);
    }
}
