using LoraMesh.Model.Decoder;
using LoraMesh.Model.Runtime;
using static TorchSharp.torch;

namespace LoraMesh.Model;

// B sessions, T tokens, C channels, V vocabulary.

/// <summary>
/// A base model, ready to continue sequences under any mix of adapters and to be differentiated for training. Token ids
/// in, logits out. Synchronous; one thread at a time, no await between calls of one step.
/// </summary>
public sealed class CausalLm : IDisposable
{
    internal CausalLm(Transformer transformer) => Transformer = transformer;

    /// <summary>What <c>config.json</c> says.</summary>
    public ModelConfig Config => Transformer.Config;

    internal Transformer Transformer { get; }

    /// <summary>Reads a Hugging Face folder; weights become float32. <see cref="TorchRuntime.Initialize"/> comes first.</summary>
    /// <exception cref="UnsupportedModelException">The model asks for something that is not built.</exception>
    /// <exception cref="InvalidDataException">A file is malformed or does not fit <c>config.json</c>.</exception>
    public static CausalLm Load(string folder, MatmulPrecision precision = MatmulPrecision.Exact)
    {
        using var noGradient = no_grad();
        var transformer = Transformer.Load(folder);
        transformer.SetPrecision(precision);
        return new CausalLm(transformer);
    }

    /// <summary>Feeds tokens to one sequence.</summary>
    /// <returns>Logits after the last one, [V].</returns>
    /// <exception cref="ArgumentException">No ids, or one outside of the vocabulary.</exception>
    /// <exception cref="InvalidOperationException">The sequence would be longer than the context.</exception>
    public float[] Prefill(DecoderSession session, ReadOnlySpan<int> ids)
    {
        var logits = new float[Config.VocabSize];
        Feed([session], ids, [ids.Length], logits);
        return logits;
    }

    /// <summary>Feeds one token to each of several sequences, whatever their adapters and lengths.</summary>
    /// <param name="sessions">The sequences, each once.</param>
    /// <param name="ids">One id per sequence.</param>
    /// <param name="logits">Gets the logits after each, row by row; at least B·V.</param>
    public void Step(IReadOnlyList<DecoderSession> sessions, ReadOnlySpan<int> ids, Span<float> logits)
    {
        ArgumentNullException.ThrowIfNull(sessions);
        Feed(sessions, ids, [.. Enumerable.Repeat(1, sessions.Count)], logits);
    }

    /// <summary>Logits of every token of whole sequences, [T, V]; the caller disposes them.</summary>
    public Tensor Logits(TokenBatch batch, LoraAdapter? adapter)
    {
        ArgumentNullException.ThrowIfNull(batch);
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        using var plan = Transformer.Plan(batch, adapter);
        return Transformer.Logits(Transformer.Forward(plan, tape: null)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose() => Transformer.Dispose();

    private unsafe void Feed(IReadOnlyList<DecoderSession> sessions, ReadOnlySpan<int> ids, IReadOnlyList<int> lengths, Span<float> logits)
    {
        var batch = new TokenBatch(CheckIds(ids), lengths);
        foreach (var (session, length) in sessions.Zip(lengths))
        {
            session.Reserve(length);
        }

        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        using var plan = Transformer.Plan(batch, sessions);
        var hidden = Transformer.Forward(plan, tape: null); // (T, C)
        var last = sessions.Count == batch.Tokens ? hidden : hidden.narrow(0, batch.Tokens - 1, 1);
        var result = Transformer.Logits(last).contiguous(); // (B, V)
        new ReadOnlySpan<float>(TorchAbi.Address(result), checked((int)result.numel())).CopyTo(logits);
        foreach (var (session, length) in sessions.Zip(lengths))
        {
            session.Advance(length);
        }
    }

    private long[] CheckIds(ReadOnlySpan<int> ids)
    {
        var wide = new long[ids.Length];
        for (var i = 0; i < ids.Length; i++)
        {
            wide[i] = ids[i] >= 0 && ids[i] < Config.VocabSize
                ? ids[i]
                : throw new ArgumentException($"Token id {ids[i]} at {i} is outside of the vocabulary of {Config.VocabSize}.", nameof(ids));
        }

        return wide;
    }
}
