using System.Text.RegularExpressions;
using LoraMesh.Formats;
using LoraMesh.Formats.Gguf;

namespace LoraMesh.Model.Gguf;

// R rank, I input width, O output width.

/// <summary>
/// Writes a PEFT folder as a GGUF adapter. llama.cpp scales every pair by alpha / rank; each B is multiplied by what its
/// module's own scale differs from that, so that rsLoRA, <c>rank_pattern</c> and <c>alpha_pattern</c> come out exact.
/// Managed code only.
/// </summary>
public static class AdapterExport
{
    private const string Prefix = "base_model.model.";
    private static readonly TimeSpan PatternTime = TimeSpan.FromSeconds(1);

    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["q_proj"] = "attn_q", ["k_proj"] = "attn_k", ["v_proj"] = "attn_v", ["o_proj"] = "attn_output", ["qkv_proj"] = "attn_qkv",
        ["gate_proj"] = "ffn_gate", ["up_proj"] = "ffn_up", ["down_proj"] = "ffn_down", ["gate_up_proj"] = "ffn_up",
    };

    // Variants without a place in the format, with what they are.
    private static readonly string[] Refused =
        ["use_dora", "lora_bias", "modules_to_save", "trainable_token_indices", "fan_in_fan_out", "layer_replication", "alora_invocation_tokens", "target_parameters", "use_qalora", "use_bdlora"];

    /// <summary>Writes <paramref name="adapter"/>, trained over <paramref name="model"/>, to a GGUF file in float32.</summary>
    /// <returns>Number of pairs.</returns>
    /// <exception cref="UnsupportedModelException">GGUF cannot carry the adapter; the message says why and what to do.</exception>
    /// <exception cref="InvalidDataException">A file is malformed, or the adapter does not fit the model.</exception>
    public static int Write(string model, string adapter, string output)
    {
        var config = ModelConfig.Read(model);
        var path = Path.Combine(adapter, "adapter_config.json");
        using var document = ConfigJson.Parse(path);
        var json = new ConfigJson(path, document.RootElement);
        RefuseVariants(path, json);
        using var file = SafetensorsFile.Open(Path.Combine(adapter, "adapter_model.safetensors"));
        var alpha = (float)json.Positive("lora_alpha", 8);
        var pairs = Pairs(file, config, json, alpha).ToList();
        var metadata = new GgufMetadata();
        metadata.Add("general.architecture", Architecture(config));
        metadata.Add("general.type", "adapter");
        metadata.Add("adapter.type", "lora");
        metadata.Add("adapter.lora.alpha", alpha);
        using var stream = File.Create(output);
        GgufWriter.Write(stream, metadata, pairs);
        return pairs.Count / 2;
    }

    private static string Architecture(ModelConfig config) => config.ModelType switch
    {
        "mistral" => "llama",
        "gemma3_text" => "gemma3",
        var name => name,
    };

    private static void RefuseVariants(string path, ConfigJson json)
    {
        foreach (var key in Refused)
        {
            if (json.Raw(key) is { } value && value.GetRawText() is not ("false" or "[]" or "{}"))
            {
                throw Unfit($"{path}: {key} is set");
            }
        }

        if (json.Text("bias") is { } bias and not "none")
        {
            throw Unfit($"{path}: bias is '{bias}'");
        }
    }

    private static UnsupportedModelException Unfit(string what) =>
        new($"{what}. A GGUF adapter carries pairs of A and B only: merge the adapter into the base and export that.");

    private static IEnumerable<GgufWriter.Entry> Pairs(SafetensorsFile file, ModelConfig config, ConfigJson json, float alpha)
    {
        var left = file.Tensors.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var module in Modules(config))
        {
            var embedding = module.Path == ModuleMap.Embedding;
            var (nameA, nameB) = embedding
                ? ($"{Prefix}{module.Path}.lora_embedding_A", $"{Prefix}{module.Path}.lora_embedding_B")
                : ($"{Prefix}{module.Path}.lora_A.weight", $"{Prefix}{module.Path}.lora_B.weight");
            if (!left.Remove(nameA) | !left.Remove(nameB))
            {
                if (file.Find(nameA) is not null || file.Find(nameB) is not null)
                {
                    throw new InvalidDataException($"{file.Path}: of '{nameA}' and '{nameB}' only one is there.");
                }

                continue;
            }

            var rank = (int)(file.Find(nameA)!.Shape.Count == 2 ? file.Find(nameA)!.Shape[0] : 0);
            var a = Read(file, nameA, rank, module.In);
            var b = Read(file, nameB, module.Out, rank);
            var factor = Scale(json, module.Path, rank, file.Path) * rank / alpha;
            if (factor != 1)
            {
                b = [.. b.Select(value => (float)(value * factor))];
            }

            if (Architecture(config) == "llama" && module.Name is "q_proj" or "k_proj")
            {
                b = RotaryRows.ToGguf(b, module.Name == "q_proj" ? config.NumAttentionHeads : config.NumKeyValueHeads, rank);
            }

            var name = embedding ? "token_embd.weight" : module.Path == ModuleMap.Head ? "output.weight" : $"blk.{module.Path.Split('.')[2]}.{Names[module.Name]}.weight";
            yield return embedding ? Entry($"{name}.lora_a", Transpose(a, rank), module.In, rank) : Entry($"{name}.lora_a", a, rank, module.In);
            yield return Entry($"{name}.lora_b", b, module.Out, rank);
        }

        if (left.Count > 0)
        {
            throw Unfit($"{file.Path}: tensor '{left.Order(StringComparer.Ordinal).First()}' is none of the pairs over the model's matrices");
        }
    }

    private static IEnumerable<LinearModule> Modules(ModelConfig config)
    {
        yield return new LinearModule(ModuleMap.Embedding, config.VocabSize, config.HiddenSize);
        foreach (var linear in ModuleMap.Linears(config))
        {
            yield return linear;
        }

        // A tied model has no output matrix in GGUF: a pair over its head would have nothing to lie on.
        if (!config.TieWordEmbeddings)
        {
            yield return new LinearModule(ModuleMap.Head, config.HiddenSize, config.VocabSize);
        }
    }

    private static double Scale(ConfigJson json, string module, int rank, string file)
    {
        var expected = (int)(Pattern(json, "rank_pattern", module) ?? json.Int("r", 8));
        if (rank != expected)
        {
            throw new InvalidDataException($"{file}: the matrices of {module} have rank {rank}, adapter_config.json says {expected}.");
        }

        var alpha = Pattern(json, "alpha_pattern", module) ?? json.Number("lora_alpha", 8);
        return alpha / (json.Flag("use_rslora", false) ? Math.Sqrt(rank) : rank);
    }

    // The first key whose end matches wins, as in PEFT.
    private static double? Pattern(ConfigJson json, string key, string module) => json.Child(key) is { } patterns
        && patterns.Keys.FirstOrDefault(pattern => Regex.IsMatch(module, $@"^(.*\.)?({pattern})$", RegexOptions.CultureInvariant, PatternTime)) is { } found
            ? patterns.Positive(found)
            : null;

    private static float[] Read(SafetensorsFile file, string name, long rows, long columns)
    {
        var tensor = file.Find(name)!;
        if (!tensor.Shape.SequenceEqual([rows, columns]) || rows == 0 || columns == 0)
        {
            throw new InvalidDataException($"{file.Path}: tensor '{name}' is [{string.Join(", ", tensor.Shape)}], expected [{rows}, {columns}].");
        }

        var type = tensor.Dtype switch
        {
            "F32" => GgufTensorType.F32,
            "F16" => GgufTensorType.F16,
            "BF16" => GgufTensorType.BF16,
            var other => throw new UnsupportedModelException($"{file.Path}: tensor '{name}' is {other}; read are F32, F16 and BF16."),
        };
        var values = new float[checked(rows * columns)];
        FloatEncoding.Decode(type, file.Bytes(tensor), values);
        return values;
    }

    private static float[] Transpose(float[] a, int rank)
    {
        var width = a.Length / rank;
        var turned = new float[a.Length];
        for (var i = 0; i < a.Length; i++)
        {
            turned[(i % width * rank) + (i / width)] = a[i];
        }

        return turned;
    }

    private static GgufWriter.Entry Entry(string name, float[] values, long rows, long columns) => new(name, GgufTensorType.F32, [rows, columns], stream =>
    {
        var bytes = new byte[values.Length * sizeof(float)];
        FloatEncoding.Encode(GgufTensorType.F32, values, bytes);
        stream.Write(bytes);
    });
}
