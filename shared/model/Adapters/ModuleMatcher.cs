namespace LoraMesh.Model;

/// <summary>PEFT's rules for which modules an adapter changes, and with which rank and alpha.</summary>
internal sealed class ModuleMatcher
{
    private const string AllLinear = "all-linear";

    // From this number of names on PEFT stores the shortest endings that mean the same modules.
    private const int ShortenFrom = 20;

    // What PEFT targets where an adapter names nothing; it knows no default for the families that are absent.
    private static readonly HashSet<string> QueryValueFamilies = new(StringComparer.Ordinal)
    {
        "llama", "mistral", "qwen2", "qwen3", "gemma2", "gemma3_text",
    };

    private readonly LoraConfig _config;
    private readonly PythonPattern? _target;
    private readonly PythonPattern? _exclude;
    private readonly List<PythonPattern> _saved;
    private readonly List<PythonPattern> _layers;
    private readonly List<(PythonPattern Key, int Rank)> _ranks;
    private readonly List<(PythonPattern Key, double Alpha)> _alphas;

    internal ModuleMatcher(LoraConfig config, ModelConfig model)
    {
        _config = config;
        _target = config.TargetPattern is { } target && !IsAllLinear(target) ? PythonPattern.Whole("target_modules", target) : null;
        _exclude = config.ExcludePattern is { } exclude ? PythonPattern.Whole("exclude_modules", exclude) : null;
        _saved = [.. config.ModulesToSave.Select(name => PythonPattern.Part("modules_to_save", name))];
        _layers = config.LayersPattern.Count > 0
            ? [.. config.LayersPattern.Select(name => PythonPattern.Layer("layers_pattern", name))]
            : [PythonPattern.Layer("layers_to_transform", "[^.]*")];
        _ranks = [.. config.RankPattern.Select(entry => (PythonPattern.Ending("rank_pattern", entry.Key), entry.Value))];
        _alphas = [.. config.AlphaPattern.Select(entry => (PythonPattern.Ending("alpha_pattern", entry.Key), entry.Value))];
        if (_target is null)
        {
            Names = Shorten(Expand(model), model);
        }
    }

    /// <summary>The names that are matched, expanded and shortened as PEFT stores them; null where a pattern is matched.</summary>
    internal IReadOnlyList<string>? Names { get; }

    /// <summary>Whether a linear layer or an embedding is adapted.</summary>
    internal bool Targets(string path)
    {
        if ((_exclude?.Matches(path) ?? false) || EndsIn(path, _config.ExcludeModules) || _saved.Any(name => name.Matches(path)))
        {
            return false;
        }

        if (_target is not null)
        {
            return _target.Matches(path);
        }

        return Names!.Contains(path)
            || (EndsIn(path, Names!) && (_config.LayersToTransform.Count == 0
                || (_layers.Select(pattern => pattern.LayerOf(path)).FirstOrDefault(layer => layer is not null) is { } layer && _config.LayersToTransform.Contains(layer))));
    }

    /// <summary>Whether a module is trained and stored whole, itself or as a part of one that is.</summary>
    internal bool Saves(string path)
    {
        for (var end = path.Length; end > 0; end = path.LastIndexOf('.', end - 1))
        {
            var prefix = path[..end];
            if (_config.ModulesToSave.Any(name => prefix.EndsWith(name, StringComparison.Ordinal)))
            {
                return true;
            }

            if (path.LastIndexOf('.', end - 1) < 0)
            {
                break;
            }
        }

        return false;
    }

    internal int Rank(string path) => _ranks.Where(entry => entry.Key.Matches(path)).Select(entry => (int?)entry.Rank).FirstOrDefault() ?? _config.R;

    internal double Alpha(string path) => _alphas.Where(entry => entry.Key.Matches(path)).Select(entry => (double?)entry.Alpha).FirstOrDefault() ?? _config.LoraAlpha;

    private static bool IsAllLinear(string name) => name.Equals(AllLinear, StringComparison.OrdinalIgnoreCase);

    private static bool EndsIn(string path, IReadOnlyList<string> names) =>
        names.Any(name => path == name || path.EndsWith($".{name}", StringComparison.Ordinal));

    private IReadOnlyList<string> Expand(ModelConfig model)
    {
        if (_config.TargetPattern is not null || _config.TargetModules is [var only] && IsAllLinear(only))
        {
            return [.. ModuleMap.Linears(model).Select(module => module.Path)];
        }

        if (_config.TargetModules.Count > 0)
        {
            return _config.TargetModules;
        }

        return QueryValueFamilies.Contains(model.ModelType)
            ? ["q_proj", "v_proj"]
            : throw new InvalidDataException($"target_modules is absent, and there is no default for {model.ModelType}. Name the modules, or write all-linear.");
    }

    private static IReadOnlyList<string> Shorten(IReadOnlyList<string> names, ModelConfig model)
    {
        if (names.Count < ShortenFrom)
        {
            return [.. names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        }

        var others = ModulePaths(model).Where(path => !EndsIn(path, names)).SelectMany(Endings).ToHashSet(StringComparer.Ordinal);
        var kept = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var name in names.Distinct(StringComparer.Ordinal).OrderBy(name => string.Join('\n', Endings(name)), StringComparer.Ordinal))
        {
            if (!kept.Any(ending => name.EndsWith($".{ending}", StringComparison.Ordinal))
                && Endings(name).FirstOrDefault(ending => !kept.Contains(ending) && !others.Contains(ending)) is { } shortest)
            {
                kept.Add(shortest);
            }
        }

        return kept.Count > 0 && kept.Count < names.Count ? [.. kept] : [.. names.Order(StringComparer.Ordinal)];
    }

    // Shortest first.
    private static IEnumerable<string> Endings(string path)
    {
        for (var dot = path.LastIndexOf('.'); dot >= 0; dot = dot == 0 ? -1 : path.LastIndexOf('.', dot - 1))
        {
            yield return path[(dot + 1)..];
        }

        yield return path;
    }

    private static HashSet<string> ModulePaths(ModelConfig model)
    {
        var paths = new HashSet<string>(StringComparer.Ordinal) { ModuleMap.Head, "model.rotary_emb" };
        foreach (var tensor in ModuleMap.Tensors(model))
        {
            for (var dot = tensor.Name.LastIndexOf('.'); dot > 0; dot = tensor.Name.LastIndexOf('.', dot - 1))
            {
                paths.Add(tensor.Name[..dot]);
            }
        }

        paths.UnionWith(Enumerable.Range(0, model.NumHiddenLayers).Select(layer => $"{ModuleMap.LayerPath(layer)}.mlp.act_fn"));
        return paths;
    }
}
