using System.Text.Json;
using System.Text.Json.Nodes;
using LoraMesh.Formats;
using LoraMesh.Model.Runtime;
using static TorchSharp.torch;

namespace LoraMesh.Model.Weights;

/// <summary>A base model with an adapter merged in, written as a Hugging Face folder that needs no adapter any more.</summary>
public static class MergedFolder
{
    private const string WeightsFile = "model.safetensors";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    // What goes with a model's weights; nothing else of its folder is taken along.
    private static readonly string[] Companions =
    [
        "generation_config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "chat_template.jinja",
        "vocab.json", "merges.txt",
    ];

    /// <summary>Names of types that weights may be written in; null stands for each tensor's own.</summary>
    public static IReadOnlyList<string> Types { get; } = ["float32", "float16", "bfloat16"];

    /// <summary>Merges and writes. The same inputs give the same bytes; one tensor is in memory at a time.</summary>
    /// <param name="modelFolder">The base model.</param>
    /// <param name="adapterFolder">PEFT folder of the adapter.</param>
    /// <param name="outFolder">Folder to write; made if need be.</param>
    /// <param name="type">One of <see cref="Types"/>, or null.</param>
    /// <param name="progress">Told how many of how many tensors are written.</param>
    /// <param name="cancellationToken">Ends the work between two tensors; a half-written file is taken away.</param>
    /// <returns>Names of the tensors that changed.</returns>
    /// <exception cref="InvalidDataException">Files are malformed or do not fit together.</exception>
    /// <exception cref="UnsupportedModelException">Something asks for what is not built, or cannot be merged.</exception>
    public static IReadOnlyList<string> Write(
        string modelFolder, string adapterFolder, string outFolder, string? type, Action<int, int>? progress = null, CancellationToken cancellationToken = default)
    {
        using var noGradient = no_grad();
        using var weights = WeightFolder.OpenFor(modelFolder, ModelConfigReader.Read(modelFolder), out var config);
        using var adapter = LoraAdapter.Load(adapterFolder, config);
        var unties = AdapterMerge.Unties(adapter, config);
        Directory.CreateDirectory(outFolder);
        using var scope = NewDisposeScope();
        var changed = AdapterMerge.Tensors(adapter, config, weights.Read).ToDictionary(entry => entry.Name, entry => entry.Value, StringComparer.Ordinal);
        var tensors = ModuleMap.Tensors(unties ? config with { TieWordEmbeddings = false } : config);
        var done = 0;
        var draft = Path.Combine(outFolder, $"{WeightsFile}.draft");
        try
        {
            using (var stream = File.Create(draft))
            {
                SafetensorsWriter.WriteParts(stream, tensors.Select(Part), new Dictionary<string, string> { ["format"] = "pt" });
            }

            File.Move(draft, Path.Combine(outFolder, WeightsFile), overwrite: true);
        }
        finally
        {
            File.Delete(draft);
        }

        WriteConfig(modelFolder, outFolder, type, unties);
        foreach (var name in Companions.Where(name => File.Exists(Path.Combine(modelFolder, name))))
        {
            File.Copy(Path.Combine(modelFolder, name), Path.Combine(outFolder, name), overwrite: true);
        }

        return [.. changed.Keys.Order(StringComparer.Ordinal)];

        SafetensorsWriter.Part Part(BaseTensor tensor)
        {
            var dtype = type switch
            {
                "float32" => "F32",
                "float16" => "F16",
                "bfloat16" => "BF16",
                null => weights.DtypeOf(tensor.Name) ?? weights.DtypeOf($"{ModuleMap.Embedding}.weight")!,
                _ => throw new ArgumentException($"type is '{type}'. There are: {string.Join(", ", Types)}.", nameof(type)),
            };
            return new SafetensorsWriter.Part(tensor.Name, dtype, tensor.Shape, stream =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                WriteTensor(changed.GetValueOrDefault(tensor.Name), () => weights.Read(tensor.Name), dtype, stream);
                progress?.Invoke(++done, tensors.Count);
            });
        }
    }

    private static unsafe void WriteTensor(Tensor? changed, Func<Tensor> read, string dtype, Stream stream)
    {
        using var scope = NewDisposeScope();
        using var own = changed is null ? read() : null;
        var value = (changed ?? own!).to_type(dtype switch { "F16" => ScalarType.Float16, "BF16" => ScalarType.BFloat16, _ => ScalarType.Float32 }).contiguous();
        var address = (byte*)TorchAbi.Address(value);
        var bytes = value.numel() * (dtype == "F32" ? 4 : 2);
        for (long start = 0; start < bytes; start += 1 << 24)
        {
            stream.Write(new ReadOnlySpan<byte>(address + start, (int)Math.Min(1 << 24, bytes - start)));
        }
    }

    private static void WriteConfig(string modelFolder, string outFolder, string? type, bool unties)
    {
        const string name = "config.json";
        var bytes = File.ReadAllBytes(Path.Combine(modelFolder, name));
        if (type is not null || unties)
        {
            var config = JsonNode.Parse(bytes)!.AsObject();
            if (unties)
            {
                config["tie_word_embeddings"] = false;
            }

            if (type is not null)
            {
                config[config.ContainsKey("dtype") ? "dtype" : "torch_dtype"] = type;
            }

            bytes = JsonSerializer.SerializeToUtf8Bytes(config, Indented);
        }

        File.WriteAllBytes(Path.Combine(outFolder, name), bytes);
    }
}
