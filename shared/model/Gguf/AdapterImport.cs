using LoraMesh.Formats.Gguf;
using static TorchSharp.torch;

namespace LoraMesh.Model.Gguf;

/// <summary>
/// Reads a GGUF adapter, whoever wrote it, as a PEFT folder. llama.cpp scales every pair by alpha / rank, which PEFT's
/// <c>lora_alpha</c> and <c>rank_pattern</c> say exactly; the numbers stay as they are, in float32.
/// </summary>
public static class AdapterImport
{
    // So many problems are spelled out.
    private const int MaxShown = 8;

    /// <summary>Reads <paramref name="input"/>, made for <paramref name="model"/>, and writes a PEFT folder; the same file gives the same bytes.</summary>
    /// <exception cref="InvalidDataException">It is no adapter, or one of another base model; the message lists what is missing, unexpected or of another shape.</exception>
    /// <exception cref="UnsupportedModelException">It is an adapter of a kind that is not built.</exception>
    public static ImportedAdapter Write(string model, string input, string output)
    {
        var config = ModelConfig.Read(model);
        using var file = GgufFile.Open(input);
        var alpha = Alpha(file, config);
        var pairs = Pairs(file, config, out var ignored);
        var rank = pairs.GroupBy(pair => pair.Rank).OrderByDescending(group => group.Count()).ThenBy(group => group.Key).First().Key;
        var others = pairs.Where(pair => pair.Rank != rank).ToList();

        // Alpha 0 stands for a scale of 1 there.
        var lora = new LoraConfig
        {
            R = rank,
            LoraAlpha = alpha == 0 ? rank : alpha,
            TargetModules = Targets(pairs, config),
            RankPattern = [.. others.Select(pair => KeyValuePair.Create(pair.Path, pair.Rank))],
            AlphaPattern = alpha == 0 ? [.. others.Select(pair => KeyValuePair.Create(pair.Path, (double)pair.Rank))] : [],
            BaseModelNameOrPath = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(model))),
        };
        using var adapter = new LoraAdapter(lora, config, trainable: false);
        Fill(adapter, file, pairs, config);
        foreach (var frozen in adapter.Tensors.Where(tensor => tensor.Slot.Part == AdapterPart.Frozen).ToList())
        {
            adapter.Forget(frozen); // the base's own matrix
        }

        adapter.Save(output);
        return new ImportedAdapter(pairs.Count, rank, lora.LoraAlpha, ignored);
    }

    private static float Alpha(GgufFile file, ModelConfig config)
    {
        var type = file.Metadata.Text("general.type");
        if (type != "adapter")
        {
            throw new InvalidDataException($"{file.Path}: general.type is '{type}', expected 'adapter'.{(type == "model" ? " This is a model: an adapter is needed." : string.Empty)}");
        }

        var kind = file.Metadata.Text("adapter.type");
        if (kind != "lora")
        {
            throw new UnsupportedModelException($"{file.Path}: adapter.type is '{kind}'. Built: lora.");
        }

        if (file.Metadata.Find("adapter.alora.invocation_tokens") is Array { Length: > 0 })
        {
            throw new UnsupportedModelException($"{file.Path}: adapter.alora.invocation_tokens is set: the adapter counts only behind certain tokens. Such adapters are not built.");
        }

        var architecture = new GgufArchitecture(config).Name;
        return file.Metadata.Text("general.architecture") is var found && found != architecture
            ? throw new InvalidDataException($"{file.Path} is an adapter over a '{found}', the model is a '{architecture}' ({config.ModelType}). Name the base model that it was made for.")
            : file.Metadata.Find("adapter.lora.alpha") is float alpha && float.IsFinite(alpha)
                ? alpha
                : throw new InvalidDataException($"{file.Path}: adapter.lora.alpha is {file.Metadata.Find("adapter.lora.alpha") ?? "absent"}, expected a 32-bit number.");
    }

    private static List<Pair> Pairs(GgufFile file, ModelConfig config, out IReadOnlyList<string> ignored)
    {
        var architecture = new GgufArchitecture(config);
        var left = file.Tensors.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
        List<Pair> pairs = [];
        List<string> problems = [];
        foreach (var module in Modules(config))
        {
            var name = $"{architecture.ModuleName(module.Path)}.weight";
            var (a, b) = (file.Find($"{name}.lora_a"), file.Find($"{name}.lora_b"));
            left.Remove($"{name}.lora_a");
            left.Remove($"{name}.lora_b");
            if (a is null && b is null)
            {
                continue;
            }

            if (a is null || b is null)
            {
                problems.Add($"{name}.{(a is null ? "lora_a" : "lora_b")} is missing");
                continue;
            }

            var rank = b.Shape[^1];
            var embedding = module.Path == ModuleMap.Embedding;
            long[] shapeA = embedding ? [config.VocabSize, rank] : [rank, module.In];
            long[] shapeB = embedding ? [config.HiddenSize, rank] : [module.Out, rank];
            Compare(a, shapeA);
            Compare(b, shapeB);
            pairs.Add(new Pair(module.Path, (int)Math.Min(rank, int.MaxValue), a, b));
        }

        // llama.cpp reads norms beside the pairs and uses none of them.
        ignored = [.. left.Where(name => name.EndsWith("_norm.weight", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        left.ExceptWith(ignored);
        problems.AddRange(left.Order(StringComparer.Ordinal).Select(name => $"{name} is unexpected"));
        return problems.Count > 0
            ? throw new InvalidDataException($"{file.Path} does not fit the base model ({problems.Count} problems): {string.Join("; ", problems.Take(MaxShown))}{(problems.Count > MaxShown ? "; …" : string.Empty)}. Is it an adapter of another base model?")
            : pairs.Count > 0 ? pairs : throw new InvalidDataException($"{file.Path} holds no pair of matrices.");

        void Compare(GgufTensor tensor, long[] shape)
        {
            if (!tensor.Shape.SequenceEqual(shape))
            {
                problems.Add($"{tensor.Name} is [{string.Join(", ", tensor.Shape)}], the base model asks for [{string.Join(", ", shape)}]");
            }
        }
    }

    private static IEnumerable<LinearModule> Modules(ModelConfig config) =>
        [new(ModuleMap.Embedding, config.VocabSize, config.HiddenSize), .. ModuleMap.Linears(config), new(ModuleMap.Head, config.HiddenSize, config.VocabSize)];

    // Last parts of the paths where every such module is adapted, whole paths else.
    private static IReadOnlyList<string> Targets(List<Pair> pairs, ModelConfig config)
    {
        var paths = pairs.Select(pair => pair.Path).ToHashSet(StringComparer.Ordinal);
        return [.. Modules(config).GroupBy(module => module.Name)
            .SelectMany(group => group.All(module => paths.Contains(module.Path)) ? [group.Key] : group.Select(module => module.Path).Where(paths.Contains))];
    }

    private static void Fill(LoraAdapter adapter, GgufFile file, List<Pair> pairs, ModelConfig config)
    {
        using var scope = NewDisposeScope();
        var architecture = new GgufArchitecture(config);
        foreach (var pair in pairs)
        {
            foreach (var tensor in adapter.Tensors.Where(tensor => tensor.Slot.Module == pair.Path && tensor.Slot.Part != AdapterPart.Frozen))
            {
                var values = tensor.Slot.Part switch
                {
                    AdapterPart.A => file.Read(pair.A),
                    AdapterPart.EmbeddingA => PairLayout.Transpose(file.Read(pair.A), config.VocabSize),
                    _ => architecture.TurnedHeads(pair.Path) is > 0 and var heads ? RotaryRows.FromGguf(file.Read(pair.B), heads, pair.Rank) : file.Read(pair.B),
                };
                tensor.Value.copy_(TorchSharp.torch.tensor(values, [.. tensor.Slot.Shape]));
            }
        }
    }

    private sealed record Pair(string Path, int Rank, GgufTensor A, GgufTensor B);
}
