using System.Runtime.InteropServices;
using LoraMesh.Model.Runtime;
using static TorchSharp.torch;

namespace LoraMesh.Model;

// P cached positions, K key/value heads, D head width.

/// <summary>
/// One growing sequence: its adapter and the cached keys and values of its tokens. Belongs to the thread that runs its
/// model; dispose it to give the cache back. The adapter must outlive it.
/// </summary>
public sealed class DecoderSession : IDisposable
{
    private const int FirstCapacity = 128;

    private readonly Tensor[] _keys; // per layer (capacity, K, D)
    private readonly Tensor[] _values;
    private readonly List<int> _ids = [];
    private readonly ModelConfig _config;
    private readonly int _width;
    private readonly int _longest;
    private int _capacity;
    private int _computed;

    /// <summary>Starts an empty sequence.</summary>
    /// <param name="model">The model that will run it.</param>
    /// <param name="adapter">The adapter over the base, or null for the base alone.</param>
    public DecoderSession(CausalLm model, LoraAdapter? adapter)
    {
        ArgumentNullException.ThrowIfNull(model);
        Adapter = adapter;
        IsPlain = adapter is null or { IsPlain: true, Gradients: null };
        _config = model.Config;
        KeyHeads = model.Config.NumKeyValueHeads;
        _width = model.Config.HeadDim;
        _longest = model.Config.LongestSequence;
        _capacity = Math.Min(FirstCapacity, _longest);
        _keys = new Tensor[model.Config.NumHiddenLayers];
        _values = new Tensor[_keys.Length];
        for (var layer = 0; layer < _keys.Length; layer++)
        {
            (_keys[layer], _values[layer]) = (Allocate(), Allocate());
        }
    }

    private DecoderSession(DecoderSession other)
    {
        (Adapter, IsPlain, KeyHeads, Length, _config, _width, _longest, _capacity, _computed) =
            (other.Adapter, other.IsPlain, other.KeyHeads, other.Length, other._config, other._width, other._longest, other._capacity, other._computed);
        _ids.AddRange(other._ids.Take(other._computed));
        (_keys, _values) = (new Tensor[other._keys.Length], new Tensor[other._values.Length]);
        for (var layer = 0; layer < _keys.Length; layer++)
        {
            (_keys[layer], _values[layer]) = (Copy(other._keys[layer]), Copy(other._values[layer]));
        }
    }

    /// <summary>A sequence that begins as this one and goes on by itself; what is cached is copied, not computed again.</summary>
    public DecoderSession Fork() => new(this);

    /// <summary>Tokens fed so far.</summary>
    public int Length { get; private set; }

    /// <summary>The adapter over the base, or null for the base alone.</summary>
    public LoraAdapter? Adapter { get; }

    internal int KeyHeads { get; }

    internal int HeadWidth => _width;

    /// <summary>Whether a step by kernels knows all that the adapter does: pairs that nobody trains, and nothing else.</summary>
    internal bool IsPlain { get; }

    /// <summary>The tokens fed so far.</summary>
    public ReadOnlySpan<int> Ids => CollectionsMarshal.AsSpan(_ids)[.._computed];

    /// <summary>Forgets the last tokens, as if they had never been fed; only where what is cached lasts (<see cref="CausalLm.CachesLast"/>).</summary>
    /// <param name="length">Tokens that stay.</param>
    public void CutTo(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length);
        _ids.RemoveRange(length, _ids.Count - length);
        _computed = Length = length;
    }

    /// <summary>Copies what is cached of some tokens.</summary>
    /// <param name="first">The first of them.</param>
    /// <param name="count">How many; all of them have been fed.</param>
    public unsafe CachedBlock Copy(int first, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first + count, Length);
        var width = KeyHeads * _width;
        var block = new CachedBlock(count, 2L * _keys.Length * count * width);
        var to = block.Data;
        for (var layer = 0; layer < _keys.Length; layer++)
        {
            Addresses(layer, out var keys, out var values);
            new ReadOnlySpan<float>(keys + ((long)first * width), count * width).CopyTo(new Span<float>(to, count * width));
            to += count * width;
            new ReadOnlySpan<float>(values + ((long)first * width), count * width).CopyTo(new Span<float>(to, count * width));
            to += count * width;
        }

        return block;
    }

    /// <summary>
    /// Takes over what was computed for a sequence that has the same tokens so far, under the same adapter and model, as if the block's
    /// tokens had been fed here.
    /// </summary>
    /// <param name="block">From <see cref="Copy(int, int)"/> there, from this sequence's length on.</param>
    /// <param name="ids">The block's tokens.</param>
    /// <exception cref="InvalidOperationException">The sequence would be longer than the model's context.</exception>
    public unsafe void Take(CachedBlock block, ReadOnlySpan<int> ids)
    {
        ArgumentNullException.ThrowIfNull(block);
        ArgumentOutOfRangeException.ThrowIfNotEqual(ids.Length, block.Tokens);
        Reserve(ids.Length);
        _ids.RemoveRange(_computed, _ids.Count - _computed);
        _ids.AddRange(ids);
        var width = KeyHeads * _width;
        var from = block.Data;
        for (var layer = 0; layer < _keys.Length; layer++)
        {
            Addresses(layer, out var keys, out var values);
            new ReadOnlySpan<float>(from, ids.Length * width).CopyTo(new Span<float>(keys + ((long)Length * width), ids.Length * width));
            from += ids.Length * width;
            new ReadOnlySpan<float>(from, ids.Length * width).CopyTo(new Span<float>(values + ((long)Length * width), ids.Length * width));
            from += ids.Length * width;
        }

        Advance(ids.Length);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var cache in _keys.Concat(_values))
        {
            cache.Dispose();
        }
    }

    /// <summary>Makes room for more tokens in every layer.</summary>
    /// <exception cref="InvalidOperationException">The sequence would be longer than the model's context.</exception>
    internal void Reserve(int tokens)
    {
        var needed = Length + tokens;
        if (needed > _longest)
        {
            throw new InvalidOperationException($"The sequence would have {needed} tokens; the model's context holds {_longest}.");
        }

        if (needed <= _capacity)
        {
            return;
        }

        _capacity = Math.Min(Math.Max(needed, _capacity * 2), _longest);
        for (var layer = 0; layer < _keys.Length; layer++)
        {
            (_keys[layer], _values[layer]) = (Grow(_keys[layer]), Grow(_values[layer]));
        }
    }

    /// <summary>
    /// Takes note of the tokens to be fed next, and gives what must be computed for them: mostly these tokens alone, but all
    /// from the first on where the sequence becomes so long that the rotations of the cached ones no longer hold.
    /// </summary>
    internal ReadOnlySpan<int> Feed(ReadOnlySpan<int> ids)
    {
        // A pass that failed left tokens behind that were never computed.
        _ids.RemoveRange(_computed, _ids.Count - _computed);
        var cached = Length;
        _ids.AddRange(ids);
        if (cached > 0 && (Turns(_config.Rope) || (_config.LocalRope is { } local && Turns(local))))
        {
            Length = 0;
        }

        return CollectionsMarshal.AsSpan(_ids)[Length..];

        bool Turns(RopeConfig rope) => rope.Variant(cached) != rope.Variant(_ids.Count);
    }

    internal void Append(int layer, Tensor keys, Tensor values)
    {
        using var scope = NewDisposeScope();
        _keys[layer].narrow(0, Length, keys.size(0)).copy_(keys);
        _values[layer].narrow(0, Length, values.size(0)).copy_(values);
    }

    /// <summary>Everything cached in a layer, the tokens being fed included; each [P, K, D].</summary>
    internal (Tensor Keys, Tensor Values) Cached(int layer, int fed) =>
        (_keys[layer].narrow(0, 0, Length + fed), _values[layer].narrow(0, 0, Length + fed));

    internal unsafe void Addresses(int layer, out float* keys, out float* values)
    {
        keys = (float*)TorchAbi.Address(_keys[layer]);
        values = (float*)TorchAbi.Address(_values[layer]);
    }

    internal void Advance(int tokens) => _computed = Length += tokens;

    private Tensor Allocate() => empty(_capacity, KeyHeads, _width).DetachFromDisposeScope();

    private Tensor Grow(Tensor cache)
    {
        var larger = Copy(cache);
        cache.Dispose();
        return larger;
    }

    private Tensor Copy(Tensor cache)
    {
        var copy = Allocate();
        using var scope = NewDisposeScope();
        copy.narrow(0, 0, Length).copy_(cache.narrow(0, 0, Length));
        return copy;
    }
}
