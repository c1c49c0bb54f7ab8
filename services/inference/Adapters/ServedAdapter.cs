using LoraMesh.Inference.Engine;
using LoraMesh.Model;

namespace LoraMesh.Inference.Adapters;

/// <summary>
/// A loaded adapter and a count of who uses it. Its owner is one user; when the owner has retired it and the last lease
/// has ended, the weights are freed on the engine's thread. Thread-safe.
/// </summary>
public sealed class ServedAdapter
{
    private readonly InferenceEngine _engine;
    private int _users = 1;
    private int _retired;

    /// <summary>Takes over the weights.</summary>
    public ServedAdapter(string adapterId, InferenceEngine engine, LoraAdapter weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        AdapterId = adapterId;
        _engine = engine;
        Weights = weights;
        Bytes = weights.ServingBytes;
        Prefix = new ServedPrefix(weights.ContentDigest(), weights.IsPlain);
    }

    /// <summary>Content address.</summary>
    public string AdapterId { get; }

    /// <summary>The matrices; only for who holds a lease.</summary>
    public LoraAdapter Weights { get; }

    /// <summary>Memory of the matrices in bytes.</summary>
    public long Bytes { get; }

    internal ServedPrefix Prefix { get; }

    /// <summary>Whether someone besides the owner uses it.</summary>
    public bool InUse => Volatile.Read(ref _users) > 1;

    /// <summary>Whether the weights have been freed.</summary>
    public bool Freed => Volatile.Read(ref _users) == 0;

    /// <summary>Holds it for a request, or gives null where it has been freed already.</summary>
    public AdapterLease? TryLease()
    {
        for (var users = Volatile.Read(ref _users); users > 0;)
        {
            var found = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (found == users)
            {
                return new AdapterLease(this);
            }

            users = found;
        }

        return null;
    }

    /// <summary>The owner lets go; running requests keep it until they end.</summary>
    public void Retire()
    {
        if (Interlocked.Exchange(ref _retired, 1) == 0)
        {
            Release();
        }
    }

    internal void Release()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            _engine.Free(Weights);
        }
    }
}
