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
    private readonly bool _canStep;

    internal CausalLm(Transformer transformer)
    {
        Transformer = transformer;
        _canStep = transformer.CanStep;
    }

    /// <summary>What <c>config.json</c> says.</summary>
    public ModelConfig Config => Transformer.Config;

    /// <summary>Number of its weights.</summary>
    public long ParameterCount => Transformer.Weights.Sum(weight => weight.Shape.Aggregate(1L, (product, size) => product * size));

    internal Transformer Transformer { get; }

    /// <summary>Reads a Hugging Face folder; weights become float32. <see cref="TorchRuntime.Initialize"/> comes first.</summary>
    /// <exception cref="UnsupportedModelException">The model asks for something that is not built.</exception>
    /// <exception cref="InvalidDataException">A file is malformed or does not fit <c>config.json</c>.</exception>
    public static CausalLm Load(string folder, MatmulPrecision precision = MatmulPrecision.Exact, BaseQuantization quantization = BaseQuantization.None)
    {
        using var noGradient = no_grad();
        return new CausalLm(Transformer.Load(folder, precision, quantization));
    }

    /// <summary>
    /// Reads a Hugging Face folder to be asked, not trained: weights that bfloat16 says exactly, as those that were stored so, are held
    /// in that, which halves their memory and nearly the time of a step.
    /// </summary>
    /// <inheritdoc cref="Load"/>
    public static CausalLm LoadForServing(string folder, MatmulPrecision precision = MatmulPrecision.Exact, BaseQuantization quantization = BaseQuantization.None)
    {
        using var noGradient = no_grad();
        return new CausalLm(Transformer.Load(folder, precision, quantization, packed: true));
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

    /// <summary>Feeds tokens to several sequences at once, whatever their adapters and lengths.</summary>
    /// <param name="sessions">The sequences, each once.</param>
    /// <param name="ids">The ids of each; at least one.</param>
    /// <param name="logits">Gets the logits after the last one of each, row by row; at least B·V.</param>
    /// <exception cref="ArgumentException">A sequence gets no ids, or one outside of the vocabulary.</exception>
    public void Prefill(IReadOnlyList<DecoderSession> sessions, IReadOnlyList<int[]> ids, Span<float> logits)
    {
        ArgumentNullException.ThrowIfNull(sessions);
        ArgumentNullException.ThrowIfNull(ids);
        if (sessions.Count != ids.Count || ids.Any(each => each.Length == 0))
        {
            throw new ArgumentException($"There are {sessions.Count} sequences and {ids.Count} lists of ids, each of which must hold one.", nameof(ids));
        }

        int[] all = [.. ids.SelectMany(each => each)];
        Feed(sessions, all, [.. ids.Select(each => each.Length)], logits);
    }

    /// <summary>Feeds one token to each of several sequences, whatever their adapters and lengths.</summary>
    /// <param name="sessions">The sequences, each once.</param>
    /// <param name="ids">One id per sequence.</param>
    /// <param name="logits">Gets the logits after each, row by row; at least B·V.</param>
    public void Step(IReadOnlyList<DecoderSession> sessions, ReadOnlySpan<int> ids, Span<float> logits)
    {
        ArgumentNullException.ThrowIfNull(sessions);
        CheckIds(ids);
        // A row goes the same way whoever is beside it, so that its numbers do not depend on them.
        List<int> quick = [], slow = [];
        for (var row = 0; row < ids.Length; row++)
        {
            sessions[row].Reserve(1);
            var single = sessions[row].Feed(ids.Slice(row, 1)).Length == 1;
            (single && sessions[row].IsPlain && _canStep ? quick : slow).Add(row);
        }

        if (slow.Count > 0)
        {
            var part = new float[slow.Count * Config.VocabSize];
            Feed(Pick(sessions, slow), Pick(ids, slow), [.. Enumerable.Repeat(1, slow.Count)], part);
            for (var i = 0; i < slow.Count; i++)
            {
                part.AsSpan(i * Config.VocabSize, Config.VocabSize).CopyTo(logits[(slow[i] * Config.VocabSize)..]);
            }
        }

        if (quick.Count > 0)
        {
            StepQuickly(Pick(sessions, quick), Pick(ids, quick), quick, logits);
        }
    }

    /// <summary>Logits of every token of whole sequences, [T, V]; the caller disposes them.</summary>
    public Tensor Logits(TokenBatch batch, LoraAdapter? adapter)
    {
        ArgumentNullException.ThrowIfNull(batch);
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        using var plan = Transformer.Plan(batch, adapter);
        return Transformer.Logits(Transformer.Forward(plan, tape: null), plan).to_type(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose() => Transformer.Dispose();

    private unsafe void StepQuickly(DecoderSession[] sessions, int[] ids, List<int> rows, Span<float> logits)
    {
        using var noGradient = no_grad();
        var result = Transformer.Step(sessions, Array.ConvertAll(ids, id => (long)id));
        for (var i = 0; i < rows.Count; i++)
        {
            new ReadOnlySpan<float>(result.Row(i), result.Width).CopyTo(logits[(rows[i] * result.Width)..]);
            sessions[i].Advance(1);
        }
    }

    private static DecoderSession[] Pick(IReadOnlyList<DecoderSession> sessions, List<int> rows) => [.. rows.Select(row => sessions[row])];

    private static int[] Pick(ReadOnlySpan<int> ids, List<int> rows)
    {
        var picked = new int[rows.Count];
        for (var i = 0; i < picked.Length; i++)
        {
            picked[i] = ids[rows[i]];
        }

        return picked;
    }

    private unsafe void Feed(IReadOnlyList<DecoderSession> sessions, ReadOnlySpan<int> ids, IReadOnlyList<int> lengths, Span<float> logits)
    {
        CheckIds(ids);
        foreach (var (session, length) in sessions.Zip(lengths))
        {
            session.Reserve(length);
        }

        var all = new List<long>(ids.Length);
        var counts = new int[sessions.Count];
        for (int segment = 0, start = 0; segment < counts.Length; start += lengths[segment++])
        {
            foreach (var id in sessions[segment].Feed(ids.Slice(start, lengths[segment])))
            {
                all.Add(id);
                counts[segment]++;
            }
        }

        var batch = new TokenBatch([.. all], counts);
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        using var plan = Transformer.Plan(batch, sessions);
        var hidden = Transformer.Forward(plan, tape: null); // (T, C)
        var last = batch.Tokens == counts.Length ? hidden : hidden.index_select(0, tensor(LastRows(counts)));
        var result = Transformer.Logits(last, sessions).contiguous(); // (B, V)
        new ReadOnlySpan<float>(TorchAbi.Address(result), checked((int)result.numel())).CopyTo(logits);
        foreach (var (session, count) in sessions.Zip(counts))
        {
            session.Advance(count);
        }
    }

    private static long[] LastRows(int[] counts)
    {
        var rows = new long[counts.Length];
        long end = 0;
        for (var segment = 0; segment < counts.Length; segment++)
        {
            rows[segment] = (end += counts[segment]) - 1;
        }

        return rows;
    }

    private void CheckIds(ReadOnlySpan<int> ids)
    {
        if (ids.IsEmpty)
        {
            throw new ArgumentException("There is no token to feed.", nameof(ids));
        }

        for (var i = 0; i < ids.Length; i++)
        {
            if (ids[i] < 0 || ids[i] >= Config.VocabSize)
            {
                throw new ArgumentException($"Token id {ids[i]} at {i} is outside of the vocabulary of {Config.VocabSize}.", nameof(ids));
            }
        }
    }
}
