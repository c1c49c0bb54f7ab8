using LoraMesh.Model.Decoder;
using LoraMesh.Model.Runtime;
using LoraMesh.Model.Stepping;
using static TorchSharp.torch;

namespace LoraMesh.Model;

// B sessions, T tokens, C channels, V vocabulary.

/// <summary>
/// A base model, ready to continue sequences under any mix of adapters and to be differentiated for training. Token ids
/// in, logits out. Synchronous; one thread at a time, no await between calls of one step.
/// </summary>
public sealed class CausalLm : IDisposable
{
    // Rows of a pass by kernels.
    private const int MostRows = 256;

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

    /// <summary>
    /// Whether a token's numbers are the same, bit by bit, however its sequence is cut into pieces and whoever is beside it; but for
    /// adapters that are more than pairs of matrices.
    /// </summary>
    public bool RowsAreIndependent => _canStep && !Transformer.Head.IsRounded;

    /// <summary>Whether what is cached of a token holds however long its sequence becomes, so that another sequence can take it over.</summary>
    public bool CachesLast => Lasts(Config.Rope) && (Config.LocalRope is null || Lasts(Config.LocalRope));

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
        Feed([session], ids, [ids.Length], single: false, new LogitsTarget(logits));
        return logits;
    }

    /// <summary>Feeds tokens to several sequences at once, whatever their adapters and lengths.</summary>
    /// <param name="sessions">The sequences, each once.</param>
    /// <param name="ids">The ids of each; at least one.</param>
    /// <param name="logits">Gets the logits after the last one of each, row by row; at least B·V.</param>
    /// <exception cref="ArgumentException">A sequence gets no ids, or one outside of the vocabulary.</exception>
    public void Prefill(IReadOnlyList<DecoderSession> sessions, IReadOnlyList<int[]> ids, Span<float> logits)
    {
        CheckPieces(sessions, ids);
        Feed(sessions, [.. ids.SelectMany(each => each)], [.. ids.Select(each => each.Length)], single: false, new LogitsTarget(logits));
    }

    /// <summary>Feeds tokens to several sequences at once, and shows the logits after some of them.</summary>
    /// <param name="sessions">The sequences, each once.</param>
    /// <param name="ids">The ids of each; at least one.</param>
    /// <param name="wanted">Of each sequence the places in its ids after which logits are wanted, in ascending order.</param>
    /// <param name="reader">Is shown them on this thread, those of one sequence in their order.</param>
    /// <exception cref="ArgumentException">A sequence gets no ids, or one outside of the vocabulary, or a place is not among them.</exception>
    public void Prefill(IReadOnlyList<DecoderSession> sessions, IReadOnlyList<int[]> ids, IReadOnlyList<int[]> wanted, LogitsReader reader)
    {
        CheckPieces(sessions, ids);
        ArgumentNullException.ThrowIfNull(wanted);
        ArgumentNullException.ThrowIfNull(reader);
        if (wanted.Count != ids.Count || wanted.Zip(ids).Any(pair => pair.First.Any(place => place < 0 || place >= pair.Second.Length)))
        {
            throw new ArgumentException("Logits can only be shown after tokens that are fed; give a list of places for every sequence.", nameof(wanted));
        }

        Feed(sessions, [.. ids.SelectMany(each => each)], [.. ids.Select(each => each.Length)], single: false, new LogitsTarget(reader), wanted);
    }

    /// <summary>Feeds one token to each of several sequences, whatever their adapters and lengths.</summary>
    /// <param name="sessions">The sequences, each once.</param>
    /// <param name="ids">One id per sequence.</param>
    /// <param name="logits">Gets the logits after each, row by row; at least B·V.</param>
    public void Step(IReadOnlyList<DecoderSession> sessions, ReadOnlySpan<int> ids, Span<float> logits)
    {
        ArgumentNullException.ThrowIfNull(sessions);
        Feed(sessions, ids, [.. Enumerable.Repeat(1, sessions.Count)], single: true, new LogitsTarget(logits));
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

    private void Feed(
        IReadOnlyList<DecoderSession> sessions, ReadOnlySpan<int> ids, IReadOnlyList<int> lengths, bool single, LogitsTarget logits, IReadOnlyList<int[]>? wanted = null)
    {
        CheckIds(ids);
        foreach (var (session, length) in sessions.Zip(lengths))
        {
            session.Reserve(length);
        }

        // A sequence goes the same way whoever is beside it, so that its numbers do not depend on them.
        var (byKernels, byOperators) = (new List<Piece>(), new List<Piece>());
        for (int segment = 0, start = 0; segment < sessions.Count; start += lengths[segment++])
        {
            var fed = sessions[segment].Feed(ids.Slice(start, lengths[segment])).ToArray();
            var few = RowsAreIndependent || (single && fed.Length == 1);
            var before = fed.Length - lengths[segment];
            int[] places = wanted is null ? [fed.Length - 1] : Array.ConvertAll(wanted[segment], place => before + place);
            (few && _canStep && sessions[segment].IsPlain ? byKernels : byOperators).Add(new Piece(sessions[segment], fed, segment, before, places));
        }

        using var noGradient = no_grad();
        if (byOperators.Count > 0)
        {
            FeedByOperators(byOperators, logits);
        }

        if (byKernels.Count > 0)
        {
            FeedByKernels(byKernels, logits);
        }
    }

    // So many rows at a time as their memory is worth; rows do not mind how they are cut.
    private unsafe void FeedByKernels(List<Piece> pieces, LogitsTarget logits)
    {
        var tokens = pieces.SelectMany(piece => piece.Ids.Select((id, i) => (piece, i))).ToList();
        foreach (var part in tokens.Chunk(MostRows))
        {
            var wanted = Enumerable.Range(0, part.Length).Where(row => Array.BinarySearch(part[row].piece.Wanted, part[row].i) >= 0).ToList();
            var result = Transformer.Step(
                [.. part.Select(token => new StepRow(token.piece.Session, token.piece.Session.Length + token.i, token.piece.Session.Length + token.piece.Ids.Length))],
                Array.ConvertAll(part, token => (long)token.piece.Ids[token.i]),
                wanted);
            for (var i = 0; i < wanted.Count; i++)
            {
                logits.Take(part[wanted[i]].piece, part[wanted[i]].i, new ReadOnlySpan<float>(result.Row(i), result.Width));
            }
        }

        pieces.ForEach(piece => piece.Session.Advance(piece.Ids.Length));
    }

    private unsafe void FeedByOperators(List<Piece> pieces, LogitsTarget logits)
    {
        int[] counts = [.. pieces.Select(piece => piece.Ids.Length)];
        var sessions = pieces.ConvertAll(piece => piece.Session);
        var batch = new TokenBatch([.. pieces.SelectMany(piece => piece.Ids).Select(id => (long)id)], counts);
        using var scope = NewDisposeScope();
        using var plan = Transformer.Plan(batch, sessions);
        var hidden = Transformer.Forward(plan, tape: null); // (T, C)
        foreach (var part in Wanted(pieces).Chunk(MostRows))
        {
            using var inner = NewDisposeScope();
            var some = part.Length == batch.Tokens ? hidden : hidden.index_select(0, tensor(Array.ConvertAll(part, token => token.Row)));
            var result = Transformer.Logits(some, Array.ConvertAll(part, token => token.Piece.Session)).contiguous(); // (B, V)
            var rows = (float*)TorchAbi.Address(result);
            for (var i = 0; i < part.Length; i++)
            {
                logits.Take(part[i].Piece, part[i].Place, new ReadOnlySpan<float>(rows + ((long)i * Config.VocabSize), Config.VocabSize));
            }
        }

        pieces.ForEach(piece => piece.Session.Advance(piece.Ids.Length));
    }

    private bool Lasts(RopeConfig rope) => rope.Variant(1) == rope.Variant(Config.LongestSequence);

    // Tokens whose logits are wanted, and their rows of the pass.
    private static IEnumerable<(Piece Piece, int Place, long Row)> Wanted(List<Piece> pieces)
    {
        long start = 0;
        foreach (var piece in pieces)
        {
            foreach (var place in piece.Wanted)
            {
                yield return (piece, place, start + place);
            }

            start += piece.Ids.Length;
        }
    }

    private static void CheckPieces(IReadOnlyList<DecoderSession> sessions, IReadOnlyList<int[]> ids)
    {
        ArgumentNullException.ThrowIfNull(sessions);
        ArgumentNullException.ThrowIfNull(ids);
        if (sessions.Count != ids.Count || ids.Any(each => each.Length == 0))
        {
            throw new ArgumentException($"There are {sessions.Count} sequences and {ids.Count} lists of ids, each of which must hold one.", nameof(ids));
        }
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

    // Tokens to be fed to a sequence, its place among the caller's, tokens before the caller's own, and the places of those whose logits are wanted.
    private sealed record Piece(DecoderSession Session, int[] Ids, int Sequence, int Before, int[] Wanted);

    // Where logits go: to a row of each sequence, or to whoever reads them.
    private readonly ref struct LogitsTarget
    {
        private readonly Span<float> _rows;
        private readonly LogitsReader? _reader;

        internal LogitsTarget(Span<float> rows) => _rows = rows;

        internal LogitsTarget(LogitsReader reader) => _reader = reader;

        internal void Take(Piece piece, int place, ReadOnlySpan<float> logits)
        {
            if (_reader is null)
            {
                logits.CopyTo(_rows[(piece.Sequence * logits.Length)..]);
            }
            else
            {
                _reader(piece.Sequence, place - piece.Before, logits);
            }
        }
    }
}
