using System.Text.Json;
using System.Text.Json.Nodes;

namespace LoraMesh.Model;

/// <summary>
/// <c>adapter_config.json</c> in the layout of PEFT 0.20: every key that PEFT writes, sorted, lists sorted too, so that
/// the same adapter gives the same bytes.
/// </summary>
internal static class PeftConfigFile
{
    internal const string Name = "adapter_config.json";

    private const int MaxRank = 65536;

    // PEFT's own layout version; loaders only show it.
    private const string PeftVersion = "0.20.0";

    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true, NewLine = "\n" };

    // Variants that PEFT knows and this reader does not, with the values that mean "not used".
    private static readonly string[] Variants =
    [
        "alora_invocation_tokens", "arrow_config", "corda_config", "eva_config", "fan_in_fan_out", "kasa_config", "layer_replication",
        "loftq_config", "lora_ga_config", "monteclora_config", "target_parameters", "use_bdlora", "use_qalora", "velora_config",
    ];

    // Starts that leave the base as it is, so that A and B mean the same without them.
    private static readonly string[] HarmlessStarts = ["gaussian", "eva", "orthogonal"];

    internal static LoraConfig Read(string path, ModelConfig model)
    {
        using var document = ConfigJson.Parse(path);
        var json = new ConfigJson(path, document.RootElement);
        if (json.Text("peft_type") is var type && type != "LORA")
        {
            throw new UnsupportedModelException($"{path}: peft_type is '{type}'. Built: LORA.");
        }

        foreach (var key in Variants)
        {
            if (json.Raw(key) is { } value && !IsUnused(value))
            {
                throw new UnsupportedModelException($"{path}: {key} is {value.GetRawText()}. This variant is not built; the adapter would not mean what it was trained to.");
            }
        }

        if (json.Flag("ensure_weight_tying", false) && model.TieWordEmbeddings)
        {
            throw new UnsupportedModelException($"{path}: ensure_weight_tying is true and the base model's embedding is its head. Such adapters are not built; train without it.");
        }

        var bias = json.Text("bias") ?? "none";
        var (targets, targetPattern) = ReadModules(json, "target_modules");
        var (excluded, excludePattern) = ReadModules(json, "exclude_modules");
        return new LoraConfig
        {
            R = json.Int("r", 8, max: MaxRank),
            LoraAlpha = json.Number("lora_alpha", 8),
            LoraDropout = json.Number("lora_dropout", 0),
            UseRslora = json.Flag("use_rslora", false),
            UseDora = json.Flag("use_dora", false),
            LoraBias = json.Flag("lora_bias", false),
            Bias = bias is "none" or "all" or "lora_only" ? bias : throw json.Wrong("bias", "none, all or lora_only"),
            TargetModules = targets,
            TargetPattern = targetPattern,
            ExcludeModules = excluded,
            ExcludePattern = excludePattern,
            LayersToTransform = ReadNumbers(json, "layers_to_transform"),
            LayersPattern = ReadNames(json, "layers_pattern"),
            RankPattern = [.. ReadPattern(json, "rank_pattern").Select(entry => KeyValuePair.Create(entry.Name, entry.Value.TryGetInt32(out var rank) && rank is >= 1 and <= MaxRank ? rank : throw json.Wrong("rank_pattern", "whole numbers above 0")))],
            AlphaPattern = [.. ReadPattern(json, "alpha_pattern").Select(entry => KeyValuePair.Create(entry.Name, entry.Value.GetDouble()))],
            ModulesToSave = ReadNames(json, "modules_to_save"),
            TrainableTokenIndices = ReadTokens(json),
            InitLoraWeights = ReadStart(path, json),
            BaseModelNameOrPath = json.Text("base_model_name_or_path"),
        };
    }

    internal static void Write(LoraConfig config, string path)
    {
        var json = new SortedDictionary<string, JsonNode?>(StringComparer.Ordinal)
        {
            ["alpha_pattern"] = Pattern(config.AlphaPattern, Number),
            ["auto_mapping"] = null,
            ["base_model_name_or_path"] = config.BaseModelNameOrPath,
            ["bias"] = config.Bias,
            ["ensure_weight_tying"] = false,
            ["exclude_modules"] = config.ExcludePattern is { } exclude ? exclude : Names(config.ExcludeModules),
            ["inference_mode"] = true,
            ["init_lora_weights"] = config.InitLoraWeights switch { "true" => true, "false" => false, var name => name },
            ["layers_pattern"] = config.LayersPattern is [var pattern] ? pattern : Names(config.LayersPattern),
            ["layers_to_transform"] = config.LayersToTransform.Count == 0 ? null : new JsonArray([.. config.LayersToTransform.Select(layer => (JsonNode)layer)]),
            ["lora_alpha"] = Number(config.LoraAlpha),
            ["lora_bias"] = config.LoraBias,
            ["lora_dropout"] = config.LoraDropout,
            ["megatron_config"] = null,
            ["megatron_core"] = "megatron.core",
            ["modules_to_save"] = Names(config.ModulesToSave),
            ["peft_type"] = "LORA",
            ["peft_version"] = PeftVersion,
            ["qalora_group_size"] = 16,
            ["r"] = config.R,
            ["rank_pattern"] = Pattern(config.RankPattern, rank => rank),
            ["revision"] = null,
            ["target_modules"] = config.TargetPattern is { } target ? target : Names(config.TargetModules),
            ["task_type"] = "CAUSAL_LM",
            ["trainable_token_indices"] = Tokens(config.TrainableTokenIndices),
            ["use_dora"] = config.UseDora,
            ["use_rslora"] = config.UseRslora,
        };
        foreach (var key in Variants)
        {
            json[key] = key switch
            {
                "loftq_config" => new JsonObject(),
                "use_qalora" or "fan_in_fan_out" => false,
                _ => null,
            };
        }

        File.WriteAllText(path, new JsonObject(json).ToJsonString(Layout));
    }

    // PEFT writes a whole alpha as a whole number, and some readers take nothing else.
    private static JsonNode Number(double value) => value == Math.Floor(value) && Math.Abs(value) < 1e9 ? (long)value : value;

    private static JsonArray? Names(IReadOnlyList<string> names) =>
        names.Count == 0 ? null : new JsonArray([.. names.Order(StringComparer.Ordinal).Select(name => (JsonNode)name)]);

    private static JsonObject Pattern<T>(IReadOnlyList<KeyValuePair<string, T>> entries, Func<T, JsonNode> value) =>
        new(entries.Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)value(entry.Value))));

    private static JsonNode? Tokens(IReadOnlyList<KeyValuePair<string, IReadOnlyList<int>>> tokens) => tokens switch
    {
        [] => null,
        [("embed_tokens", var ids)] => Ids(ids),
        _ => new JsonObject(tokens.Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)Ids(entry.Value)))),
    };

    private static JsonArray Ids(IReadOnlyList<int> ids) => new([.. ids.Select(id => (JsonNode)id)]);

    private static bool IsUnused(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.False or JsonValueKind.Null => true,
        JsonValueKind.Object => !value.EnumerateObject().Any(),
        JsonValueKind.Array => value.GetArrayLength() == 0,
        _ => false,
    };

    private static string ReadStart(string path, ConfigJson json) => json.Raw("init_lora_weights") switch
    {
        null or { ValueKind: JsonValueKind.True } => "true",
        { ValueKind: JsonValueKind.False } => "false",
        { ValueKind: JsonValueKind.String } text when HarmlessStarts.Contains(text.GetString(), StringComparer.OrdinalIgnoreCase) => text.GetString()!,
        var value => throw new UnsupportedModelException($"{path}: init_lora_weights is {value.Value.GetRawText()}: the adapter belongs to a changed base. Save it with PEFT's path_initial_model_for_weight_conversion, which makes it one for the plain base."),
    };

    private static (IReadOnlyList<string> Names, string? Pattern) ReadModules(ConfigJson json, string key) =>
        json.Raw(key) is { ValueKind: JsonValueKind.String } text ? ([], text.GetString()) : (ReadNames(json, key), null);

    private static IReadOnlyList<string> ReadNames(ConfigJson json, string key) => json.Raw(key) switch
    {
        null => [],
        { ValueKind: JsonValueKind.String } text => [text.GetString()!],
        { ValueKind: JsonValueKind.Array } list when list.EnumerateArray().All(entry => entry.ValueKind == JsonValueKind.String) =>
            [.. list.EnumerateArray().Select(entry => entry.GetString()!)],
        _ => throw json.Wrong(key, "a list of module names"),
    };

    private static IReadOnlyList<int> ReadNumbers(ConfigJson json, string key) => json.Raw(key) switch
    {
        null => [],
        { ValueKind: JsonValueKind.Number } => [json.Int(key, min: 0)],
        { ValueKind: JsonValueKind.Array } list => [.. list.EnumerateArray().Select(entry => entry.ValueKind == JsonValueKind.Number && entry.TryGetInt32(out var number) ? number : throw json.Wrong(key, "whole numbers"))],
        _ => throw json.Wrong(key, "a list of whole numbers"),
    };

    private static List<JsonProperty> ReadPattern(ConfigJson json, string key) => json.Raw(key) switch
    {
        null => [],
        { ValueKind: JsonValueKind.Object } map when map.EnumerateObject().All(entry => entry.Value.ValueKind == JsonValueKind.Number) => [.. map.EnumerateObject()],
        _ => throw json.Wrong(key, "an object of numbers"),
    };

    private static IReadOnlyList<KeyValuePair<string, IReadOnlyList<int>>> ReadTokens(ConfigJson json)
    {
        const string key = "trainable_token_indices";
        if (json.Raw(key) is not { ValueKind: JsonValueKind.Object } map)
        {
            return json.Has(key) ? [KeyValuePair.Create("embed_tokens", ReadNumbers(json, key))] : [];
        }

        var modules = json.Child(key)!;
        return [.. map.EnumerateObject().Select(entry => KeyValuePair.Create(entry.Name, ReadNumbers(modules, entry.Name)))];
    }
}
