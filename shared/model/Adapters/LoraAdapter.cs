using static TorchSharp.torch;

namespace LoraMesh.Model;

/// <summary>
/// A LoRA adapter in memory. All its numbers lie in one float32 buffer, all gradients in another, so that an optimizer
/// step is a handful of operations whatever the number of matrices. Not thread-safe; dispose it when no session uses it.
/// </summary>
public sealed class LoraAdapter : IDisposable
{
    private readonly LoraPair?[] _pairs;

    internal LoraAdapter(LoraConfig config, ModelConfig model, bool trainable)
    {
        Config = config;
        Modules = [.. ModuleMap.Linears(model)];
        var targeted = Modules.Select(config.Targets).ToArray();
        if (!targeted.Contains(true))
        {
            throw new InvalidDataException($"target_modules [{string.Join(", ", config.TargetModules)}] names no linear layer of the model. It has: {string.Join(", ", Modules.Select(module => module.Name).Distinct())}.");
        }

        Count = Modules.Where((_, index) => targeted[index]).Sum(module => (long)config.R * (module.In + module.Out));
        Parameters = zeros(Count).DetachFromDisposeScope();
        Gradients = trainable ? zeros(Count).DetachFromDisposeScope() : null;
        _pairs = new LoraPair?[Modules.Count];
        long offset = 0;
        for (var index = 0; index < _pairs.Length; index++)
        {
            if (targeted[index])
            {
                var module = Modules[index];
                long sizeA = (long)config.R * module.In, sizeB = (long)config.R * module.Out;
                _pairs[index] = new LoraPair(
                    View(Parameters, offset, config.R, module.In),
                    View(Parameters, offset + sizeA, module.Out, config.R),
                    Gradients is null ? null : View(Gradients, offset, config.R, module.In),
                    Gradients is null ? null : View(Gradients, offset + sizeA, module.Out, config.R),
                    config.Scale);
                offset += sizeA + sizeB;
            }
        }
    }

    /// <summary>How it was made.</summary>
    public LoraConfig Config { get; }

    /// <summary>Number of trained numbers.</summary>
    public long Count { get; }

    /// <summary>Every A and B one after the other, in module order; float32 [<see cref="Count"/>].</summary>
    public Tensor Parameters { get; }

    /// <summary>Their gradients, where the adapter is trained.</summary>
    public Tensor? Gradients { get; }

    internal IReadOnlyList<LinearModule> Modules { get; }

    /// <summary>
    /// A new adapter to be trained: A uniform in ±1/√in as PEFT's default (Kaiming uniform with a = √5), B zero, so that
    /// it changes nothing at first. The same seed gives the same numbers.
    /// </summary>
    public static LoraAdapter Create(LoraConfig config, ModelConfig model, long seed)
    {
        var adapter = new LoraAdapter(config, model, trainable: true);
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed);
        for (var index = 0; index < adapter.Modules.Count; index++)
        {
            if (adapter.Pair(index) is { } pair)
            {
                var bound = 1 / Math.Sqrt(adapter.Modules[index].In);
                pair.A.copy_(rand(pair.A.shape, dtype: ScalarType.Float32, generator: generator).mul_(2 * bound).sub_(bound));
            }
        }

        return adapter;
    }

    /// <summary>Reads a PEFT folder.</summary>
    /// <exception cref="InvalidDataException">Files are missing or do not fit the model; the message lists what.</exception>
    /// <exception cref="UnsupportedModelException">The adapter uses a variant that is not built.</exception>
    public static LoraAdapter Load(string folder, ModelConfig config) => PeftFolder.Read(folder, config, trainable: false);

    /// <summary>Reads a PEFT folder to go on training it.</summary>
    /// <inheritdoc cref="Load" path="/exception"/>
    public static LoraAdapter LoadTrainable(string folder, ModelConfig config) => PeftFolder.Read(folder, config, trainable: true);

    /// <summary>Writes a PEFT folder; the same adapter gives the same bytes.</summary>
    public void Save(string folder) => PeftFolder.Write(this, folder);

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
        foreach (var pair in _pairs)
        {
            pair?.Dispose();
        }

        Parameters.Dispose();
        Gradients?.Dispose();
    }

    internal LoraPair? Pair(int linear) => _pairs[linear];

    private static Tensor View(Tensor flat, long offset, long rows, long columns)
    {
        using var part = flat.narrow(0, offset, rows * columns);
        return part.view(rows, columns).DetachFromDisposeScope();
    }
}
