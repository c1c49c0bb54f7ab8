using LoraMesh.Formats.Gguf;

namespace LoraMesh.Model.Gguf;

/// <summary>
/// Writes a base model as a GGUF file for llama.cpp, with or without an adapter merged in. One row is in memory at a time;
/// the same folder gives the same bytes. Managed code only, but for merging.
/// </summary>
public static class BaseExport
{
    /// <summary>Names of the types that matrices may be stored in; vectors are always f32.</summary>
    public static IReadOnlyList<string> Types { get; } = ["f32", "f16", "bf16", "q8_0"];

    /// <summary>Merges where asked to, checks and writes.</summary>
    /// <param name="model">A Hugging Face folder.</param>
    /// <param name="adapter">PEFT folder to merge in, or null.</param>
    /// <param name="name"><c>general.name</c>; llama.cpp treats some names specially.</param>
    /// <param name="output">File to write; a half-written one is taken away.</param>
    /// <param name="type">One of <see cref="Types"/>.</param>
    /// <param name="vocabulary">The keys of the tokenizer.</param>
    /// <param name="progress">Told how many of how many tensors are written.</param>
    /// <param name="cancellationToken">Ends the work between two tensors.</param>
    /// <exception cref="UnsupportedModelException">llama.cpp computes the model otherwise, or it asks for what is not built.</exception>
    /// <exception cref="InvalidDataException">Files are malformed or do not fit together, or a number does not fit the type.</exception>
    public static ExportedBase Write(
        string model,
        string? adapter,
        string name,
        string output,
        string type,
        IEnumerable<KeyValuePair<string, object>> vocabulary,
        Action<int, int>? progress = null,
        CancellationToken cancellationToken = default)
    {
        var stored = type switch
        {
            "f32" => GgufTensorType.F32,
            "f16" => GgufTensorType.F16,
            "bf16" => GgufTensorType.BF16,
            "q8_0" => GgufTensorType.Q80,
            _ => throw new ArgumentException($"type is '{type}'. There are: {string.Join(", ", Types)}.", nameof(type)),
        };
        LlamaCppFit.Of(ModelConfig.Read(model));
        using var weights = adapter is null ? ExportWeights.Open(model) : ExportWeights.Merge(model, adapter);
        var fit = LlamaCppFit.Of(weights.Config);
        var metadata = BaseMetadata.Create(weights.Config, fit, name, stored);
        foreach (var (key, value) in vocabulary)
        {
            metadata.Add(key, value);
        }

        var done = 0;
        var count = 0;
        var tensors = new BaseTensors(weights, stored).List(() =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            progress?.Invoke(++done, count);
        });
        count = tensors.Count;
        WriteFile(output, stream => GgufWriter.Write(stream, metadata, tensors));
        return new ExportedBase(count, new FileInfo(output).Length, fit.ContextLength, fit.Notes);
    }

    internal static void WriteFile(string output, Action<Stream> write)
    {
        var draft = $"{output}.draft";
        try
        {
            using (var stream = new FileStream(draft, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20))
            {
                write(stream);
            }

            File.Move(draft, output, overwrite: true);
        }
        finally
        {
            File.Delete(draft);
        }
    }
}
