namespace LoraMesh.Model;

/// <summary>Every tensor that an adapter of a configuration has over a model, in one fixed order, by PEFT's rules.</summary>
internal sealed class AdapterLayout
{
    private readonly LoraConfig _config;
    private readonly ModelConfig _model;
    private readonly List<AdapterSlot> _slots = [];

    internal AdapterLayout(LoraConfig config, ModelConfig model)
    {
        (_config, _model) = (config, model);
        Matcher = new ModuleMatcher(config, model);
        Check();
        AddEmbedding();
        foreach (var linear in ModuleMap.Linears(model))
        {
            AddLinear(linear);
        }

        AddLinear(new LinearModule(ModuleMap.Head, model.HiddenSize, model.VocabSize));
        AddNorms();
        if (!_slots.Any(slot => slot.Part is AdapterPart.A or AdapterPart.EmbeddingA))
        {
            var names = string.Join(", ", ModuleMap.Linears(model).Select(module => module.Name).Distinct().Append("embed_tokens").Append(ModuleMap.Head));
            throw new InvalidDataException($"target_modules {Shown()} names no linear layer of the model that is not excluded. It has: {names}.");
        }
    }

    internal ModuleMatcher Matcher { get; }

    internal IReadOnlyList<AdapterSlot> Slots => _slots;

    /// <summary>Rank and scale of an adapted module.</summary>
    internal (int Rank, double Scale) Strength(string path)
    {
        var rank = Matcher.Rank(path);
        return (rank, _config.Scale(rank, Matcher.Alpha(path)));
    }

    private string Shown() => _config.TargetPattern is { } pattern ? $"'{pattern}'" : $"[{string.Join(", ", _config.TargetModules)}]";

    private void Check()
    {
        if (_config.LoraBias && _config.UseDora)
        {
            throw new UnsupportedModelException("lora_bias and use_dora are both true; PEFT has no such adapter. Switch one off.");
        }

        if (_config.TargetPattern is not null && Matcher.Names is null && (_config.LayersToTransform.Count > 0 || _config.LayersPattern.Count > 0))
        {
            throw new InvalidDataException("layers_to_transform and layers_pattern go with a list of target_modules, not with a pattern. Put the layers into the pattern.");
        }

        foreach (var (module, ids) in _config.TrainableTokenIndices)
        {
            if (Path(module) is not { } path)
            {
                throw new UnsupportedModelException($"trainable_token_indices names '{module}'; rows are trained in embed_tokens and lm_head only.");
            }

            if (ids.Count == 0 || ids.Distinct().Count() != ids.Count || ids.Any(id => id < 0 || id >= _model.VocabSize))
            {
                throw new InvalidDataException($"trainable_token_indices of {module} is [{string.Join(", ", ids.Take(10))}]; expected different token ids from 0 to {_model.VocabSize - 1}.");
            }

            if (Matcher.Targets(path) || Matcher.Saves(path))
            {
                throw new UnsupportedModelException($"{module} has trainable_token_indices and is in target_modules or modules_to_save too. Choose one.");
            }
        }
    }

    private void AddEmbedding()
    {
        const string path = ModuleMap.Embedding;
        if (Matcher.Targets(path))
        {
            if (_config.LoraBias)
            {
                throw new UnsupportedModelException("lora_bias is true and embed_tokens is adapted; an embedding has no bias. Leave embed_tokens out.");
            }

            var rank = Matcher.Rank(path);
            Add($"{path}.lora_embedding_A", path, AdapterPart.EmbeddingA, rank, _model.VocabSize);
            Add($"{path}.lora_embedding_B", path, AdapterPart.EmbeddingB, _model.HiddenSize, rank);
            AddMagnitude(path, _model.HiddenSize);
            AddFrozen(path);
        }

        AddWhole(path, "weight", _model.VocabSize, _model.HiddenSize);
        AddTokens(path);
    }

    private void AddLinear(LinearModule module)
    {
        var targeted = Matcher.Targets(module.Path);
        if (targeted)
        {
            var rank = Matcher.Rank(module.Path);
            Add($"{module.Path}.lora_A.weight", module.Path, AdapterPart.A, rank, module.In);
            Add($"{module.Path}.lora_B.weight", module.Path, AdapterPart.B, module.Out, rank);
            if (_config.LoraBias)
            {
                Add($"{module.Path}.lora_B.bias", module.Path, AdapterPart.BBias, module.Out);
            }

            AddMagnitude(module.Path, module.Out);
            if (module.Path == ModuleMap.Head)
            {
                AddFrozen(module.Path);
            }
        }

        AddWhole(module.Path, "weight", module.Out, module.In);
        if (module.HasBias)
        {
            if (Matcher.Saves(module.Path))
            {
                if (_config.Bias == "all")
                {
                    throw new UnsupportedModelException($"bias is 'all' and {module.Path} is in modules_to_save: its bias would be trained twice. Choose one.");
                }

                AddWhole(module.Path, "bias", module.Out);
            }
            else if (_config.Bias == "all" || (_config.Bias == "lora_only" && targeted))
            {
                var key = targeted ? $"{module.Path}.base_layer.bias" : $"{module.Path}.bias";
                _slots.Add(new AdapterSlot(key, module.Path, AdapterPart.Base, [module.Out]) { BaseTensor = $"{module.Path}.bias" });
            }
        }

        if (module.Path == ModuleMap.Head)
        {
            AddTokens(module.Path);
        }
    }

    private void AddNorms()
    {
        var linears = ModuleMap.Linears(_model).Select(module => module.Path).Append(ModuleMap.Embedding).Append(ModuleMap.Head).ToHashSet(StringComparer.Ordinal);
        foreach (var tensor in ModuleMap.Tensors(_model))
        {
            var path = tensor.Name[..tensor.Name.LastIndexOf('.')];
            if (!linears.Contains(path))
            {
                AddWhole(path, "weight", [.. tensor.Shape]);
            }
        }
    }

    private void AddMagnitude(string path, long rows)
    {
        if (_config.UseDora)
        {
            Add($"{path}.lora_magnitude_vector", path, AdapterPart.Magnitude, rows);
        }
    }

    private void AddFrozen(string path) =>
        _slots.Add(new AdapterSlot($"{path}.base_layer.weight", path, AdapterPart.Frozen, [_model.VocabSize, _model.HiddenSize]) { BaseTensor = $"{path}.weight" });

    private void AddWhole(string path, string tensor, params long[] shape)
    {
        if (Matcher.Saves(path))
        {
            _slots.Add(new AdapterSlot($"{path}.{tensor}", path, AdapterPart.Base, shape) { BaseTensor = $"{path}.{tensor}" });
        }
    }

    private void AddTokens(string path)
    {
        foreach (var (_, ids) in _config.TrainableTokenIndices.Where(entry => Path(entry.Key) == path))
        {
            _slots.Add(new AdapterSlot($"{path}.token_adapter.trainable_tokens_delta", path, AdapterPart.Tokens, [ids.Count, _model.HiddenSize]) { TokenIds = ids });
        }
    }

    private void Add(string key, string module, AdapterPart part, params long[] shape) => _slots.Add(new AdapterSlot(key, module, part, shape));

    private static string? Path(string module) => module switch
    {
        "embed_tokens" or ModuleMap.Embedding => ModuleMap.Embedding,
        ModuleMap.Head => ModuleMap.Head,
        _ => null,
    };
}
