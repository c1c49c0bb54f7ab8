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
    private readonly Weight _embedding; // (V, C)
    private readonly Weight _head; // (V, C), the embedding itself where tied
    private readonly DecoderLayer[] _layers;
    private readonly RmsNorm _norm;
    private readonly double[] _frequencies;
    private readonly List<Weight> _weights = [];

    private Transformer(ModelConfig config, Func<string, long[], Tensor> read)
    {
        Config = config;
        _frequencies = config.Rope.InverseFrequencies(config.HeadDim);
        var shapes = ModuleMap.Tensors(config).ToDictionary(tensor => tensor.Name, tensor => tensor.Shape, StringComparer.Ordinal);
        _embedding = Take($"{ModuleMap.Embedding}.weight");
        var linears = ModuleMap.Linears(config).Index().ToDictionary(entry => entry.Item.Path, StringComparer.Ordinal);
        _layers = new DecoderLayer[config.NumHiddenLayers];
        for (var layer = 0; layer < _layers.Length; layer++)
        {
            var path = ModuleMap.LayerPath(layer);
            _layers[layer] = new DecoderLayer(layer, config, name => MakeLinear($"{path}.{name}"), name => MakeNorm($"{path}.{name}"));
        }

        _norm = MakeNorm(ModuleMap.FinalNorm);
        _head = config.TieWordEmbeddings ? _embedding : Take($"{ModuleMap.Head}.weight");

        Linear MakeLinear(string path)
        {
            var (index, module) = linears[path];
            return new Linear(index, Take($"{path}.weight"), module.HasBias ? Take($"{path}.bias") : null);
        }

        RmsNorm MakeNorm(string path) => new(Take($"{path}.weight"), config.RmsNormEps);

        Weight Take(string name)
        {
            var weight = new Weight(name, read(name, [.. shapes[name]]));
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
            foreach (var weight in _weights.Where(weight => weight.Value.dim() == 2))
            {
                weight.Round();
            }
        }
    }

    internal static Transformer Load(string folder)
    {
        var config = ModelConfigReader.Read(folder);
        using var weights = new WeightFolder(folder);
        return new Transformer(config, (name, shape) => weights.Read(name, shape));
    }

    /// <summary>A model whose tensors come from a function of name and shape.</summary>
    internal static Transformer Create(ModelConfig config, Func<string, long[], Tensor> read) => new(config, read);

    /// <summary>A plan for whole sequences under at most one adapter.</summary>
    internal ForwardPlan Plan(TokenBatch batch, LoraAdapter? adapter, ulong? dropoutSeed = null)
    {
        var positions = batch.SegmentLengths.SelectMany(length => Enumerable.Range(0, length)).ToList();
        var (cos, sin) = Rope.Angles(_frequencies, positions);
        return new ForwardPlan
        {
            Batch = batch,
            Cos = cos,
            Sin = sin,
            Adapters = adapter is null ? [] : [new AdapterRange(adapter, 0, batch.Tokens)],
            Dropout = dropoutSeed is { } seed && adapter is { Config.LoraDropout: > 0 } ? new Dropout(seed, adapter.Config.LoraDropout) : null,
        };
    }

    /// <summary>A plan for new tokens of cached sequences, each under its own adapter.</summary>
    internal ForwardPlan Plan(TokenBatch batch, IReadOnlyList<DecoderSession> sessions)
    {
        var positions = new List<int>(batch.Tokens);
        var ranges = new List<AdapterRange>();
        for (var segment = 0; segment < sessions.Count; segment++)
        {
            var (session, length) = (sessions[segment], batch.SegmentLengths[segment]);
            if (session.Adapter is { } adapter)
            {
                // Neighbours under the same adapter share its products.
                if (ranges.Count > 0 && ranges[^1] is var range && range.Adapter == adapter && range.Start + range.Length == positions.Count)
                {
                    ranges[^1] = range with { Length = range.Length + length };
                }
                else
                {
                    ranges.Add(new AdapterRange(adapter, positions.Count, length));
                }
            }

            positions.AddRange(Enumerable.Range(session.Length, length));
        }

        var (cos, sin) = Rope.Angles(_frequencies, positions);
        return new ForwardPlan { Batch = batch, Cos = cos, Sin = sin, Adapters = ranges, Sessions = sessions };
    }

    /// <summary>The hidden state after the final norm, [T, C].</summary>
    internal Tensor Forward(ForwardPlan plan, ForwardTape? tape)
    {
        using var scope = NewDisposeScope();
        var x = _embedding.Value.index_select(0, tensor(plan.Batch.Ids)); // (T, C)
        foreach (var layer in _layers)
        {
            var next = layer.Forward(x, plan, tape?.Layers);
            x.Dispose();
            x = next;
        }

        tape?.KeepOutput(x);
        return _norm.Forward(x).MoveToOuterDisposeScope();
    }

    /// <summary>Adds every gradient, given that of the hidden state after the final norm [T, C].</summary>
    internal void Backward(Tensor dHidden, ForwardPlan plan, ForwardTape tape)
    {
        using var scope = NewDisposeScope();
        var dx = _norm.Backward(tape.Output, dHidden);
        for (var layer = _layers.Length - 1; layer >= 0; layer--)
        {
            var next = _layers[layer].Backward(dx, plan, tape.Layers[layer]);
            dx.Dispose();
            dx = next;
            tape.Layers[layer].Dispose();
        }

        _embedding.Gradient?.index_add_(0, tensor(plan.Batch.Ids), dx, 1);
    }

    /// <summary>hidden [T, C] → logits [T, V].</summary>
    internal Tensor Logits(Tensor hidden) => _head.Apply(hidden);

    /// <summary>The output head's matrix and gradient, for a loss that never holds all logits.</summary>
    internal Weight Head => _head;

    public void Dispose()
    {
        foreach (var weight in _weights)
        {
            weight.Dispose();
        }
    }
}
