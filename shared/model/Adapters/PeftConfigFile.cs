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

    // PEFT's own layout version; loaders only show it.
    private const string PeftVersion = "0.20.0";

    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true, NewLine = "\n" };

    // Variants that PEFT knows and this reader does not, with the values that mean "not used".
    private static readonly string[] Variants =
    [
        "alora_invocation_tokens", "alpha_pattern", "arrow_config", "corda_config", "eva_config", "exclude_modules",
        "kasa_config", "layer_replication", "layers_pattern", "layers_to_transform", "loftq_config", "lora_bias",
        "lora_ga_config", "modules_to_save", "monteclora_config", "rank_pattern", "target_parameters",
        "trainable_token_indices", "use_bdlora", "use_dora", "use_qalora", "velora_config", "fan_in_fan_out",
    ];

    internal static LoraConfig Read(string path)
    {
        using var document = ConfigJson.Parse(path);
        var json = new ConfigJson(path, document.RootElement);
        if (json.Text("peft_type") is var type && type != "LORA")
        {
            throw new UnsupportedModelException($"{path}: peft_type is '{type}'. Built: LORA.");
        }

        if (json.Text("bias") is { } bias and not "none")
        {
            throw new UnsupportedModelException($"{path}: bias is '{bias}'. Built so far: none.");
        }

        foreach (var key in Variants)
        {
            if (json.Raw(key) is { } value && !IsUnused(value))
            {
                throw new UnsupportedModelException($"{path}: {key} is {value.GetRawText()}. This variant is not built; the adapter would not mean what it was trained to.");
            }
        }

        return new LoraConfig
        {
            R = json.Int("r", 8, max: 65536),
            LoraAlpha = json.Number("lora_alpha", 8),
            LoraDropout = json.Number("lora_dropout", 0),
            UseRslora = json.Flag("use_rslora", false),
            TargetModules = ReadTargets(path, json),
            BaseModelNameOrPath = json.Text("base_model_name_or_path"),
        };
    }

    internal static void Write(LoraConfig config, IReadOnlyList<LinearModule> modules, string path)
    {
        // PEFT expands all-linear before it saves.
        var targets = modules.Where(config.Targets).Select(module => module.Name).Distinct().Order(StringComparer.Ordinal);
        var json = new SortedDictionary<string, JsonNode?>(StringComparer.Ordinal)
        {
            ["auto_mapping"] = null,
            ["base_model_name_or_path"] = config.BaseModelNameOrPath,
            ["bias"] = "none",
            ["ensure_weight_tying"] = false,
            ["inference_mode"] = true,
            ["init_lora_weights"] = true,
            ["lora_alpha"] = Number(config.LoraAlpha),
            ["lora_dropout"] = config.LoraDropout,
            ["megatron_config"] = null,
            ["megatron_core"] = "megatron.core",
            ["peft_type"] = "LORA",
            ["peft_version"] = PeftVersion,
            ["qalora_group_size"] = 16,
            ["r"] = config.R,
            ["revision"] = null,
            ["target_modules"] = new JsonArray([.. targets.Select(target => (JsonNode)target)]),
            ["task_type"] = "CAUSAL_LM",
            ["use_rslora"] = config.UseRslora,
        };
        foreach (var key in Variants)
        {
            json[key] = key switch
            {
                "rank_pattern" or "alpha_pattern" or "loftq_config" => new JsonObject(),
                "use_dora" or "use_qalora" or "lora_bias" or "fan_in_fan_out" => false,
                _ => null,
            };
        }

        File.WriteAllText(path, new JsonObject(json).ToJsonString(Layout));
    }

    // PEFT writes a whole alpha as a whole number, and some readers take nothing else.
    private static JsonNode Number(double value) => value == Math.Floor(value) && Math.Abs(value) < 1e9 ? (long)value : value;

    private static bool IsUnused(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.False or JsonValueKind.Null => true,
        JsonValueKind.Object => !value.EnumerateObject().Any(),
        JsonValueKind.Array => value.GetArrayLength() == 0,
        _ => false,
    };

    private static IReadOnlyList<string> ReadTargets(string path, ConfigJson json) => json.Raw("target_modules") switch
    {
        { ValueKind: JsonValueKind.Array } list => [.. list.EnumerateArray().Select(entry => entry.GetString() ?? string.Empty)],
        { ValueKind: JsonValueKind.String } text when text.GetString()!.Equals("all-linear", StringComparison.OrdinalIgnoreCase) => ["all-linear"],
        { ValueKind: JsonValueKind.String } text => throw new UnsupportedModelException($"{path}: target_modules is the pattern '{text.GetString()}'. Built so far: a list of names, or all-linear."),
        _ => throw json.Wrong("target_modules", "a list of module names"),
    };
}
