using System.Security.Cryptography;
using System.Text;
using LoraMesh.Model.Runtime;
using LoraMesh.Model.Stepping;
using static TorchSharp.torch;

namespace LoraMesh.Model;

/// <summary>
/// A LoRA adapter in memory, whatever its variant. All its trained numbers lie in one float32 buffer, all gradients in
/// another, so that an optimizer step is a handful of operations whatever the number of matrices. Not thread-safe; dispose
/// it when no session uses it.
/// </summary>
public sealed class LoraAdapter : IDisposable
{
    private readonly ModuleChange?[] _linears;
    private readonly Dictionary<string, AdapterTensor> _norms = new(StringComparer.Ordinal);
    private readonly List<AdapterTensor> _tensors = [];

    internal LoraAdapter(LoraConfig config, ModelConfig model, bool trainable)
    {
        Layout = new AdapterLayout(config, model);
        Config = config;
        Modules = [.. ModuleMap.Linears(model)];
        Count = Layout.Slots.Where(slot => slot.Trained).Sum(slot => slot.Count);
        Parameters = zeros(Count).DetachFromDisposeScope();
        Gradients = trainable ? zeros(Count).DetachFromDisposeScope() : null;
        long offset = 0;
        foreach (var slot in Layout.Slots)
        {
            if (slot.Trained)
            {
                _tensors.Add(new AdapterTensor(slot, View(Parameters, offset, slot), Gradients is null ? null : View(Gradients, offset, slot)));
                offset += slot.Count;
            }
            else
            {
                _tensors.Add(new AdapterTensor(slot, zeros([.. slot.Shape]).DetachFromDisposeScope(), null));
            }
        }

        // The head follows the linear layers of the decoder.
        _linears = [.. Modules.Select(module => Change(module.Path)), Change(ModuleMap.Head)];
        Embedding = Change(ModuleMap.Embedding);
        foreach (var tensor in _tensors.Where(tensor => tensor.Slot is { Part: AdapterPart.Base, Module: not (ModuleMap.Embedding or ModuleMap.Head) } && !Modules.Any(module => module.Path == tensor.Slot.Module)))
        {
            _norms.Add(tensor.Slot.BaseTensor!, tensor);
        }
    }

    /// <summary>How it was made.</summary>
    public LoraConfig Config { get; }

    /// <summary>Paths of the modules that have a pair of matrices, in module order.</summary>
    public IReadOnlyList<string> TargetModules => [.. Layout.Slots.Where(slot => slot.Part is AdapterPart.A or AdapterPart.EmbeddingA).Select(slot => slot.Module)];

    /// <summary>Number of trained numbers.</summary>
    public long Count { get; }

    /// <summary>Every trained tensor one after the other, in module order; float32 [<see cref="Count"/>].</summary>
    public Tensor Parameters { get; }

    /// <summary>Their gradients, where the adapter is trained.</summary>
    public Tensor? Gradients { get; }

    /// <summary>Fewest inputs or outputs of a layer that has a pair of matrices.</summary>
    public long SmallestSide => Layout.Slots.Where(slot => slot.Part == AdapterPart.A).Select(slot => slot.Shape[1]).Concat(Layout.Slots.Where(slot => slot.Part == AdapterPart.B).Select(slot => slot.Shape[0])).DefaultIfEmpty(long.MaxValue).Min();

    /// <summary>Bytes that it takes while it is served: every tensor, and the copies that steps read of pairs (<see cref="StepPair"/>).</summary>
    public long ServingBytes => sizeof(float) * (_tensors.Sum(tensor => tensor.Slot.Count)
        + (IsPlain ? _tensors.Where(tensor => tensor.Slot.Part == AdapterPart.B).Sum(tensor => StepPair.TurnedCount(tensor.Slot.Shape[0], tensor.Slot.Shape[1])) : 0));

    internal AdapterLayout Layout { get; }

    internal IReadOnlyList<LinearModule> Modules { get; }

    /// <summary>Every tensor, in the order of the layout.</summary>
    internal IReadOnlyList<AdapterTensor> Tensors => _tensors;

    /// <summary>What it does to the token embedding, or null.</summary>
    internal ModuleChange? Embedding { get; }

    /// <summary>Whether it is pairs of matrices over linear layers and nothing else: no magnitude, bias, tokens or weight of its own.</summary>
    public bool IsPlain => Embedding is null && _norms.Count == 0 && Array.TrueForAll(
        _linears,
        change => change is null or { Weight: null, Bias: null, Tokens: null, Frozen: null, Pair: null or { Bias: null, Magnitude: null, Initial: null } });

    /// <summary>A new adapter to be trained; the same seed gives the same numbers.</summary>
    /// <param name="config">What it adapts, and how it begins.</param>
    /// <param name="model">The base model; its weights are read only.</param>
    /// <param name="seed">Where the random numbers start.</param>
    /// <exception cref="InvalidDataException">The configuration names nothing that the model has.</exception>
    /// <exception cref="UnsupportedModelException">It asks for something that is not built.</exception>
    public static LoraAdapter Create(LoraConfig config, CausalLm model, long seed)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(model);
        return AdapterInit.Create(config, model.Transformer, seed);
    }

    /// <summary>Reads a PEFT folder.</summary>
    /// <exception cref="InvalidDataException">Files are missing or do not fit the model; the message lists what.</exception>
    /// <exception cref="UnsupportedModelException">The adapter uses a variant that is not built.</exception>
    public static LoraAdapter Load(string folder, ModelConfig config) => PeftFolder.Read(folder, config, trainable: false);

    /// <summary>Reads a PEFT folder to go on training it.</summary>
    /// <inheritdoc cref="Load" path="/exception"/>
    public static LoraAdapter LoadTrainable(string folder, ModelConfig config) => PeftFolder.Read(folder, config, trainable: true);

    /// <summary>
    /// SHA-256 of all that it does to its base model: every number, where it belongs, and the scales. Adapters of one digest compute the
    /// same, whatever they are called.
    /// </summary>
    public unsafe byte[] ContentDigest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var tensor in _tensors)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{tensor.Slot.Key} {tensor.Slot.Part} [{string.Join(',', tensor.Slot.Shape)}] [{string.Join(',', tensor.Slot.TokenIds)}]\n"));
            var data = (byte*)TorchAbi.Address(tensor.Value);
            for (var left = tensor.Value.numel() * sizeof(float); left > 0; data += Math.Min(left, int.MaxValue), left -= Math.Min(left, int.MaxValue))
            {
                hash.AppendData(new ReadOnlySpan<byte>(data, (int)Math.Min(left, int.MaxValue)));
            }
        }

        foreach (var change in _linears.Append(Embedding))
        {
            hash.AppendData(BitConverter.GetBytes(change?.Pair?.Scale ?? 0));
        }

        return hash.GetHashAndReset();
    }

    /// <summary>Writes a PEFT folder; the same adapter gives the same bytes.</summary>
    public void Save(string folder) => PeftFolder.Write(this, folder);

    /// <summary>
    /// What LoRA+ (Hayou et al., 2024, arXiv 2402.12354) multiplies the rate of each number by, grouped as PEFT does: B and all
    /// vectors have a higher rate, pairs over an embedding one of their own.
    /// </summary>
    /// <param name="ratio">Factor of B and of vectors.</param>
    /// <param name="embedding">Factor of pairs over an embedding.</param>
    /// <returns>float32 [<see cref="Count"/>]; the caller disposes it.</returns>
    public Tensor RateFactors(double ratio, double embedding)
    {
        var factors = ones(Count).DetachFromDisposeScope();
        long offset = 0;
        using var scope = NewDisposeScope();
        foreach (var slot in Layout.Slots.Where(slot => slot.Trained))
        {
            var factor = slot.Part switch
            {
                AdapterPart.EmbeddingA or AdapterPart.EmbeddingB => embedding,
                AdapterPart.B => ratio,
                _ => slot.Shape.Count == 1 ? ratio : 1,
            };
            factors.narrow(0, offset, slot.Count).fill_(factor);
            offset += slot.Count;
        }

        return factors;
    }

    /// <summary>Forgets the gradients of the last step.</summary>
    /// <exception cref="InvalidOperationException">The adapter is not trained.</exception>
    public void ZeroGradients()
    {
        using var scope = NewDisposeScope();
        (Gradients ?? throw new InvalidOperationException("This adapter was loaded to be used, not trained: it has no gradients.")).zero_();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var change in _linears.Append(Embedding))
        {
            change?.Pair?.Dispose();
        }

        _tensors.ForEach(tensor => tensor.Dispose());
        Parameters.Dispose();
        Gradients?.Dispose();
    }

    /// <summary>What it does to a linear layer by its place in <see cref="ModuleMap.Linears"/>, the head behind them; or null.</summary>
    internal ModuleChange? Linear(int index) => _linears[index];

    /// <summary>The pair over a linear layer, or null.</summary>
    internal LoraPair? Pair(int linear) => _linears[linear]?.Pair;

    /// <summary>The pair over a linear layer by its path, or null.</summary>
    internal LoraPair? PairOf(string path) => path == ModuleMap.Head ? _linears[^1]?.Pair : _linears[Modules.Index().First(entry => entry.Item.Path == path).Index]?.Pair;

    /// <summary>Leaves out a matrix below the pairs that the files did not bring along.</summary>
    internal void Forget(AdapterTensor frozen)
    {
        _tensors.Remove(frozen);
        foreach (var change in _linears.Append(Embedding).Where(change => change?.Frozen == frozen))
        {
            change!.Frozen = null;
        }

        frozen.Dispose();
    }

    /// <summary>A norm's weight of its own, or null.</summary>
    internal AdapterTensor? Norm(string tensor) => _norms.Count == 0 ? null : _norms.GetValueOrDefault(tensor);

    private ModuleChange? Change(string path)
    {
        var own = _tensors.Where(tensor => tensor.Slot.Module == path).ToList();
        if (own.Count == 0)
        {
            return null;
        }

        var change = new ModuleChange
        {
            Weight = own.Find(tensor => tensor.Slot.Part == AdapterPart.Base && tensor.Slot.BaseTensor == $"{path}.weight"),
            Bias = own.Find(tensor => tensor.Slot.Part == AdapterPart.Base && tensor.Slot.BaseTensor == $"{path}.bias"),
            Tokens = Part(AdapterPart.Tokens),
            Frozen = Part(AdapterPart.Frozen),
        };
        if ((Part(AdapterPart.A) ?? Part(AdapterPart.EmbeddingA)) is { } a)
        {
            var b = (Part(AdapterPart.B) ?? Part(AdapterPart.EmbeddingB))!;
            change.Pair = new LoraPair(a, b, Part(AdapterPart.BBias), Part(AdapterPart.Magnitude), Layout.Strength(path).Scale);
        }

        return change;

        AdapterTensor? Part(AdapterPart part) => own.Find(tensor => tensor.Slot.Part == part);
    }

    private static Tensor View(Tensor flat, long offset, AdapterSlot slot)
    {
        using var part = flat.narrow(0, offset, slot.Count);
        return part.view([.. slot.Shape]).DetachFromDisposeScope();
    }
}
