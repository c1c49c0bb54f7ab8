using LoraMesh.Model.Stepping;
using LoraMesh.Model.Weights;
using static TorchSharp.torch;

namespace LoraMesh.Model.Decoder;

// T tokens, C channels, V vocabulary.

/// <summary>
/// The decoder: embedding, layers, final norm, output head, each with an explicit backward pass and no autograd graph.
/// A family is a mapping of names and switches onto this one class.
/// </summary>
internal sealed class Transformer : IDisposable
{
    private readonly TokenEmbedding _embedding;
    private readonly DecoderLayer[] _layers;
    private readonly RmsNorm _norm;
    private readonly RopeTable _rope;
    private readonly RopeTable? _localRope;
    private readonly List<Weight> _weights = [];
    private readonly StepPlan _step;

    private Transformer(
        ModelConfig config, Func<string, long[], Tensor> read, MatmulPrecision precision = MatmulPrecision.Exact, BaseQuantization quantization = BaseQuantization.None, bool packed = false)
    {
        Config = config;
        _rope = new RopeTable(config.Rope);
        _localRope = config.LocalRope is { } local ? new RopeTable(local) : null;
        _step = new StepPlan(config, _rope, _localRope);
        var shapes = ModuleMap.Tensors(config).ToDictionary(tensor => tensor.Name, tensor => tensor.Shape, StringComparer.Ordinal);
        var embedding = Take($"{ModuleMap.Embedding}.weight");
        _embedding = new TokenEmbedding(embedding, config.EmbeddingScale, config.PadTokenId);
        var linears = ModuleMap.Linears(config).Index().ToDictionary(entry => entry.Item.Path, StringComparer.Ordinal);
        _layers = new DecoderLayer[config.NumHiddenLayers];
        for (var layer = 0; layer < _layers.Length; layer++)
        {
            var path = ModuleMap.LayerPath(layer);
            _layers[layer] = new DecoderLayer(new LayerModules(
                layer, config, name => MakeLinear($"{path}.{name}"), name => MakeNorm($"{path}.{name}")));
        }

        _norm = MakeNorm(ModuleMap.FinalNorm);
        var head = config.TieWordEmbeddings ? embedding : Take($"{ModuleMap.Head}.weight");
        Head = new OutputHead(new Linear(linears.Count, head, bias: null), linears.Count, config.FinalSoftcap, config.TieWordEmbeddings);

        Linear MakeLinear(string path)
        {
            var (index, module) = linears[path];
            return new Linear(index, Take($"{path}.weight", quantization), module.HasBias ? Take($"{path}.bias") : null);
        }

        RmsNorm MakeNorm(string path) => new(Take($"{path}.weight"), config.RmsNormEps, config.Family.UnitOffsetNorms);

        Weight Take(string name, BaseQuantization kind = BaseQuantization.None)
        {
            var weight = new Weight(name, read(name, [.. shapes[name]]));
            // At once, so that the whole base never lies there in float32.
            if (kind != BaseQuantization.None)
            {
                weight.Quantize(kind);
            }

            if (precision == MatmulPrecision.BFloat16 && shapes[name].Count == 2)
            {
                weight.Round();
            }
            else if (packed && kind == BaseQuantization.None && shapes[name].Count == 2)
            {
                weight.Pack();
            }

            _weights.Add(weight);
            return weight;
        }
    }

    internal ModelConfig Config { get; }

    /// <summary>Every tensor of the base model, in a fixed order.</summary>
    internal IReadOnlyList<Weight> Weights => _weights;

    /// <summary>Chooses the precision of matrix products; call it again when weights have changed.</summary>
    internal void SetPrecision(MatmulPrecision precision)
    {
        if (precision == MatmulPrecision.BFloat16)
        {
            foreach (var weight in _weights.Where(weight => weight.Shape.Count == 2))
            {
                weight.Round();
            }
        }
    }

    internal static Transformer Load(
        string folder, MatmulPrecision precision = MatmulPrecision.Exact, BaseQuantization quantization = BaseQuantization.None, bool packed = false)
    {
        using var weights = WeightFolder.OpenFor(folder, ModelConfigReader.Read(folder), out var config);
        return new Transformer(config, (name, _) => weights.Read(name), precision, quantization, packed);
    }

    /// <summary>A model whose tensors come from a function of name and shape.</summary>
    internal static Transformer Create(ModelConfig config, Func<string, long[], Tensor> read) => new(config, read);

    /// <summary>A plan for whole sequences under at most one adapter.</summary>
    internal ForwardPlan Plan(TokenBatch batch, LoraAdapter? adapter, PassOptions? options = null)
    {
        options ??= PassOptions.Plain;
        var runs = batch.SegmentLengths.Select((length, segment) => new PositionRun(0, length, batch.PaddedLength ?? batch.WholeLengths?[segment] ?? length)).ToList();
        return new ForwardPlan
        {
            Batch = batch,
            Rope = new RopeAngles(_rope, runs),
            LocalRope = LocalAngles(runs),
            Adapters = adapter is null ? [] : [new AdapterRange(adapter, 0, batch.Tokens)],
            Half = CanBeHalf(adapter),
            Dropout = options.DropoutSeed is { } seed && adapter is { Config.LoraDropout: > 0 } ? new Dropout(seed, adapter.Config.LoraDropout) : null,
            Noise = options.Noise,
            CheckpointedLayers = options.CheckpointedLayers,
            Cancellation = options.Cancellation,
        };
    }

    /// <summary>A plan for new tokens of cached sequences, each under its own adapter.</summary>
    internal ForwardPlan Plan(TokenBatch batch, IReadOnlyList<DecoderSession> sessions)
    {
        var runs = new List<PositionRun>(sessions.Count);
        var tokens = 0;
        var ranges = new List<AdapterRange>();
        for (var segment = 0; segment < sessions.Count; segment++)
        {
            var (session, length) = (sessions[segment], batch.SegmentLengths[segment]);
            if (session.Adapter is { } adapter)
            {
                // Neighbours under the same adapter share its products.
                if (ranges.Count > 0 && ranges[^1] is var range && range.Adapter == adapter && range.Start + range.Length == tokens)
                {
                    ranges[^1] = range with { Length = range.Length + length };
                }
                else
                {
                    ranges.Add(new AdapterRange(adapter, tokens, length));
                }
            }

            runs.Add(new PositionRun(session.Length, length, session.Length + length));
            tokens += length;
        }

        return new ForwardPlan
        {
            Batch = batch,
            Rope = new RopeAngles(_rope, runs),
            LocalRope = LocalAngles(runs),
            Adapters = ranges,
            Sessions = sessions,
        };
    }

    /// <summary>The hidden state after the final norm, [T, C]; with <paramref name="tape"/>, for a backward pass to follow.</summary>
    /// <exception cref="UnsupportedModelException">A backward pass is to follow, and the base asks for dropout in training.</exception>
    internal Tensor Forward(ForwardPlan plan, ForwardTape? tape)
    {
        if (tape is not null && Config.TrainingDropouts.Count > 0)
        {
            throw new UnsupportedModelException($"config.json asks for {string.Join(" and ", Config.TrainingDropouts)} while training, which is not built. Set it to 0 to train without.");
        }

        using var scope = NewDisposeScope();
        var x = _embedding.Forward(plan); // (T, C)
        plan.Noise?.AddTo(x, plan.Batch.SegmentLengths);
        x = plan.Half ? x.to_type(ScalarType.BFloat16) : x;
        for (var layer = 0; layer < _layers.Length; layer++)
        {
            plan.Cancellation.ThrowIfCancellationRequested();
            var kept = tape?.AddLayer();
            var again = layer < plan.CheckpointedLayers;
            var next = _layers[layer].Forward(x, plan, again ? null : kept);
            if (again && kept is not null)
            {
                kept.Input = x.alias().DetachFromDisposeScope();
            }

            x.Dispose();
            x = next;
        }

        tape?.KeepOutput(x);
        return _norm.Forward(x, plan).MoveToOuterDisposeScope();
    }

    /// <summary>Whether steps know how every matrix is held.</summary>
    internal bool CanStep => _weights.TrueForAll(weight => weight.Shape.Count != 2 || weight.Step() is not null);

    /// <summary>
    /// Tokens of sequences whose adapters are plain, each a row: products and all between them by kernels, without tensor operations. A
    /// row's numbers do not depend on the others, but for the keys and values of earlier tokens of its sequence. The caches get theirs.
    /// </summary>
    /// <param name="rows">The tokens; those of one sequence in their order.</param>
    /// <param name="ids">Their ids.</param>
    /// <param name="wanted">Rows whose logits are wanted, in ascending order.</param>
    /// <returns>Logits [wanted, V], there until the next call.</returns>
    internal StepRows Step(IReadOnlyList<StepRow> rows, ReadOnlySpan<long> ids, IReadOnlyList<int> wanted)
    {
        _step.Begin(rows);
        var x = _step.Hidden.Rows(ids.Length); // (T, C)
        _embedding.Step(ids, x);
        foreach (var layer in _layers)
        {
            // Of the last layer nobody reads more than its keys and values, but for the rows that are wanted.
            layer.Step(x, _step, layer == _layers[^1] ? wanted : null);
        }

        var logits = _step.Logits.Rows(wanted.Count);
        if (wanted.Count > 0)
        {
            var last = _step.Hidden.Rows(wanted.Count); // (B, C)
            _norm.Step(last, last);
            _step.Input.Of(last);
            Head.Step(_step, logits);
        }

        return logits;
    }

    /// <summary>Adds every gradient, given that of the hidden state after the final norm [T, C].</summary>
    internal void Backward(Tensor dHidden, ForwardPlan plan, ForwardTape tape)
    {
        using var scope = NewDisposeScope();
        var dx = _norm.Backward(tape.Output, dHidden, plan);
        for (var layer = _layers.Length - 1; layer >= 0; layer--)
        {
            plan.Cancellation.ThrowIfCancellationRequested();
            using var kept = layer < plan.CheckpointedLayers ? ComputeAgain(layer, plan, tape.Layers[layer]) : tape.Layers[layer];
            var next = _layers[layer].Backward(dx, plan, kept);
            dx.Dispose();
            dx = next;
        }

        _embedding.Backward(dx, plan);
    }

    private LayerTape ComputeAgain(int layer, ForwardPlan plan, LayerTape input)
    {
        using var scope = NewDisposeScope();
        var tape = new LayerTape();
        _layers[layer].Forward(input.Input!, plan, tape);
        input.Dispose();
        return tape;
    }

    /// <summary>hidden [T, C] → logits [T, V], under the plan's adapters.</summary>
    internal Tensor Logits(Tensor hidden, ForwardPlan plan) => Head.Forward(hidden, plan.Adapters);

    /// <summary>hidden state of some tokens [B, C], each of a session → logits [B, V].</summary>
    internal Tensor Logits(Tensor hidden, IReadOnlyList<DecoderSession> sessions) => Head.Forward(
        hidden,
        [.. sessions.Index().Where(entry => entry.Item.Adapter is not null).Select(entry => new AdapterRange(entry.Item.Adapter!, entry.Index, 1))]);

    /// <summary>The output head and its backward pass, for a loss that never holds all logits.</summary>
    internal OutputHead Head { get; }

    // Only what the kernels know: a frozen base in bfloat16, under pairs of matrices and nothing else.
    internal bool CanBeHalf(LoraAdapter? adapter) => Head.IsRounded && _weights.TrueForAll(weight => weight.Gradient is null) && adapter is null or { IsPlain: true };

    private RopeAngles? LocalAngles(IReadOnlyList<PositionRun> runs) => _localRope is null ? null : new RopeAngles(_localRope, runs);

    public void Dispose()
    {
        foreach (var weight in _weights)
        {
            weight.Dispose();
        }

        _step.Dispose();
    }
}
