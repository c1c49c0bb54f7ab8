namespace LoraMesh.Model;

/// <summary>
/// Reads rotary settings: <c>rope_parameters</c> of transformers 5, flat or per layer type, and <c>rope_theta</c> beside
/// <c>rope_scaling</c> of transformers 4.
/// </summary>
internal static class RopeReader
{
    private const string Full = "full_attention";
    private const string Sliding = "sliding_attention";

    private static readonly string[] Types = ["default", "linear", "dynamic", "llama3", "yarn", "longrope"];

    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "rope_type", "type", "rope_theta", "factor", "original_max_position_embeddings", "attention_factor", "beta_fast",
        "beta_slow", "mscale", "mscale_all_dim", "truncate", "short_factor", "long_factor", "low_freq_factor",
        "high_freq_factor", "partial_rotary_factor", "finetuned",
    };

    internal static RopeConfig Read(string path, ConfigJson json, ModelFamily family, int headDim, int maxPositions)
    {
        var scaling = NonEmpty(json.Child("rope_scaling"));
        var parameters = NonEmpty(json.Child("rope_parameters"));
        if (family.LocalRope)
        {
            if (scaling?.Has("type") is true && !scaling.Has("rope_type"))
            {
                // The reference would leave it at default and say nothing.
                throw new UnsupportedModelException($"{path}: rope_scaling has a type, but no rope_type, which is what a {family.ModelType} model goes by. Call it rope_type.");
            }

            var full = PerLayerType(path, parameters)?.Child(Full);
            return Parse(path, json, scaling ?? full, full, family, headDim, maxPositions, json.Number("rope_theta", family.DefaultRopeTheta));
        }

        if (parameters?.Has(Full) is true || parameters?.Has(Sliding) is true)
        {
            throw new UnsupportedModelException($"{path}: rope_parameters differ by layer type. A {family.ModelType} model has one rotary embedding.");
        }

        var rope = scaling ?? parameters;
        return Parse(path, json, rope, rope, family, headDim, maxPositions, json.Number("rope_theta", family.DefaultRopeTheta));
    }

    internal static RopeConfig? ReadLocal(string path, ConfigJson json, ModelFamily family, int headDim, int maxPositions)
    {
        if (!family.LocalRope)
        {
            return null;
        }

        var sliding = PerLayerType(path, NonEmpty(json.Child("rope_parameters")))?.Child(Sliding);
        return Parse(path, json, sliding, sliding, family, headDim, maxPositions, json.Number("rope_local_base_freq", 10000));
    }

    private static ConfigJson? NonEmpty(ConfigJson? json) => json?.Keys.Any() is true ? json : null;

    // Where all layers are of one type, transformers saves an empty default beside the layer types and never reads it.
    private static ConfigJson? PerLayerType(string path, ConfigJson? parameters)
    {
        if (parameters is null)
        {
            return null;
        }

        var strange = parameters.Keys.FirstOrDefault(key => key is not (Full or Sliding) && parameters.Has(key)
            && !(key == "rope_type" && parameters.Text(key) == "default"));
        return strange is null && (parameters.Has(Full) || parameters.Has(Sliding))
            ? parameters
            : throw new UnsupportedModelException($"{path}: rope_parameters has '{strange ?? "rope_type"}', expected {Full} and {Sliding} with settings of their own.");
    }

    // rope: the type and its figures; thetas: where rope_theta is looked for first.
    private static RopeConfig Parse(
        string path, ConfigJson json, ConfigJson? rope, ConfigJson? thetas, ModelFamily family, int headDim, int maxPositions, double theta)
    {
        if (rope?.Keys.FirstOrDefault(key => !Known.Contains(key)) is { } strange)
        {
            throw new UnsupportedModelException($"{path}: the rotary settings have '{strange}', which is not built. Known: {string.Join(", ", Known.Order(StringComparer.Ordinal))}.");
        }

        var type = ReadType(path, rope, family);
        var config = new RopeConfig
        {
            Theta = rope?.Has("rope_theta") is true ? rope.Positive("rope_theta") : thetas?.Positive("rope_theta", theta) ?? theta,
            Type = type,
            RotaryDim = ReadRotaryDim(path, json, rope, family, headDim),
        };
        return type switch
        {
            "linear" => config with { Factor = rope!.Positive("factor") },
            "dynamic" => config with { Factor = rope!.Positive("factor"), OriginalMaxPositionEmbeddings = maxPositions },
            "llama3" => config with
            {
                Factor = rope!.Positive("factor"),
                LowFreqFactor = rope.Positive("low_freq_factor"),
                HighFreqFactor = rope.Positive("high_freq_factor"),
                OriginalMaxPositionEmbeddings = Original(json, rope, family, maxPositions),
            },
            "yarn" => ReadYarn(json, rope!, config, family, maxPositions),
            "longrope" => ReadLongRope(json, rope!, config, family, maxPositions),
            _ => config,
        };
    }

    private static string ReadType(string path, ConfigJson? rope, ModelFamily family)
    {
        var type = rope?.Text("rope_type") ?? rope?.Text("type") ?? "default";
        if (family.PartialRotary)
        {
            // The configuration class of Phi-3 takes its two older names as longrope, and knows no other scaling.
            type = type is "su" or "yarn" ? "longrope" : type;
            return type is "default" or "longrope" ? type : throw Unknown("default, longrope");
        }

        return Types.Contains(type) ? type : throw Unknown(string.Join(", ", Types));

        UnsupportedModelException Unknown(string built) => new($"{path}: rope type is '{type}'. Built for {family.ModelType}: {built}.");
    }

    private static int ReadRotaryDim(string path, ConfigJson json, ConfigJson? rope, ModelFamily family, int headDim)
    {
        const string Key = "partial_rotary_factor";
        var share = rope?.Has(Key) is true ? rope.Positive(Key) : json.Positive(Key, 1);
        if (share != json.Positive(Key, share))
        {
            throw json.Wrong(Key, $"the {share} that stands in the rotary settings too");
        }

        if (share != 1 && !family.PartialRotary)
        {
            throw new UnsupportedModelException($"{path}: {Key} is {share}. A {family.ModelType} model rotates whole heads.");
        }

        var width = (int)(headDim * share);
        return width > 0 && width <= headDim && width % 2 == 0
            ? width
            : throw json.Wrong(Key, $"a share of head_dim ({headDim}) that is an even number of dimensions");
    }

    private static RopeConfig ReadYarn(ConfigJson json, ConfigJson rope, RopeConfig config, ModelFamily family, int maxPositions)
    {
        var original = Original(json, rope, family, maxPositions);
        var factor = rope.Mentions("factor") && !rope.Has("factor") ? maxPositions / (double)original : rope.Positive("factor");
        double scale = rope.Number("mscale", 0), scaleAll = rope.Number("mscale_all_dim", 0);
        return config with
        {
            Factor = factor,
            OriginalMaxPositionEmbeddings = original,
            BetaFast = rope.Number("beta_fast", 0) is not 0 and var fast ? fast : 32,
            BetaSlow = rope.Number("beta_slow", 0) is not 0 and var slow ? slow : 1,
            // The reference looks for it beside the layer types, never within one.
            Truncate = family.LocalRope || rope.Flag("truncate", true),
            AttentionFactor = rope.Has("attention_factor") ? rope.Number("attention_factor")
                : scale != 0 && scaleAll != 0 ? Magnitude(scale) / Magnitude(scaleAll)
                : Magnitude(1),
        };

        double Magnitude(double by) => factor <= 1 ? 1 : (0.1 * by * Math.Log(factor)) + 1;
    }

    private static RopeConfig ReadLongRope(ConfigJson json, ConfigJson rope, RopeConfig config, ModelFamily family, int maxPositions)
    {
        var original = Original(json, rope, family, maxPositions);
        var factor = rope.Has("factor") ? rope.Positive("factor") : maxPositions / (double)original;
        return config with
        {
            Factor = factor,
            OriginalMaxPositionEmbeddings = original,
            ShortFactor = Factors("short_factor"),
            LongFactor = Factors("long_factor"),
            AttentionFactor = rope.Has("attention_factor") ? rope.Number("attention_factor")
                : factor <= 1 ? 1 : Math.Sqrt(1 + (Math.Log(factor) / Math.Log(original))),
        };

        IReadOnlyList<double> Factors(string key) => rope.Numbers(key) is { } factors && factors.Count == config.RotaryDim / 2
            ? factors
            : throw rope.Wrong(key, $"{config.RotaryDim / 2} numbers, one for every rotated pair");
    }

    // A key of its own beside the rotary settings wins over the one within.
    private static int Original(ConfigJson json, ConfigJson rope, ModelFamily family, int maxPositions)
    {
        const string Key = "original_max_position_embeddings";
        return !family.LocalRope && json.Has(Key) ? json.Int(Key)
            : family.DefaultOriginalMaxPositions ?? rope.Int(Key, maxPositions);
    }
}
