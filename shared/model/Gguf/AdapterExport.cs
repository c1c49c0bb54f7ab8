using LoraMesh.Formats;
using LoraMesh.Formats.Gguf;
using LoraMesh.Model.Weights;

namespace LoraMesh.Model.Gguf;

// R rank, I input width, O output width.

/// <summary>
/// Writes a PEFT folder as a GGUF adapter. llama.cpp scales every pair by alpha / rank; each B is multiplied by what its
/// module's own scale differs from that, so that rsLoRA, <c>rank_pattern</c> and <c>alpha_pattern</c> come out exact.
/// Managed code only.
/// </summary>
public static class AdapterExport
{
    /// <summary>Writes <paramref name="adapter"/>, trained over <paramref name="model"/>, to a GGUF file in float32.</summary>
    /// <returns>Number of pairs.</returns>
    /// <exception cref="UnsupportedModelException">GGUF cannot carry the adapter; the message says why and what to do.</exception>
    /// <exception cref="InvalidDataException">A file is malformed, or the adapter does not fit the model.</exception>
    public static int Write(string model, string adapter, string output)
    {
        var config = ModelConfig.Read(model);
        var path = Path.Combine(adapter, PeftConfigFile.Name);
        var lora = PeftConfigFile.Read(path, config);
        var layout = new AdapterLayout(lora, config);
        RefuseParts(path, layout, config);
        using var file = PeftFolder.OpenWeights(adapter);
        PeftFolder.Check(file, layout.Slots, lora.BaseModelNameOrPath);
        CheckFrozen(file, layout, model);

        // In llama.cpp alpha 0 stands for a scale of 1.
        var alpha = lora.LoraAlpha == 0 ? 1 : (float)lora.LoraAlpha;
        var pairs = Pairs(file, config, layout, alpha).ToList();
        var metadata = new GgufMetadata();
        metadata.Add("general.architecture", new GgufArchitecture(config).Name);
        metadata.Add("general.type", "adapter");
        metadata.Add("adapter.type", "lora");
        metadata.Add("adapter.lora.alpha", alpha);
        BaseExport.WriteFile(output, stream => GgufWriter.Write(stream, metadata, pairs));
        return pairs.Count / 2;
    }

    // Whatever is no pair, and pairs over matrices that a GGUF base lacks.
    private static void RefuseParts(string path, AdapterLayout layout, ModelConfig config)
    {
        foreach (var slot in layout.Slots)
        {
            var why = slot.Part switch
            {
                AdapterPart.BBias => "lora_bias is true",
                AdapterPart.Magnitude => "use_dora is true",
                AdapterPart.Base => $"{slot.BaseTensor} is trained whole (modules_to_save or bias)",
                AdapterPart.Tokens => $"trainable_token_indices trains rows of {slot.Module}",
                AdapterPart.A when slot.Module == ModuleMap.Head && config.TieWordEmbeddings => "lm_head is adapted, and the base model's head is its embedding, which has no place of its own in the file",
                AdapterPart.EmbeddingA when config.TieWordEmbeddings => "embed_tokens is adapted, and the base model's head is its embedding: llama.cpp cannot adapt the one without the other",
                _ => null,
            };
            if (why is not null)
            {
                throw new UnsupportedModelException($"{path}: {why}. A GGUF adapter carries pairs of A and B only. Add --merge: the base model is written with the adapter merged in.");
            }
        }
    }

    // PEFT stores the matrix below an adapted embedding or head along; where it is the base's own, nothing is lost without it.
    private static void CheckFrozen(SafetensorsFile file, AdapterLayout layout, string model)
    {
        var frozen = layout.Slots.Where(slot => slot.Part == AdapterPart.Frozen && file.Find(PeftFolder.Prefix + slot.Key) is not null).ToList();
        if (frozen.Count == 0)
        {
            return;
        }

        using var weights = WeightFolder.OpenFor(model, ModelConfig.Read(model), out _);
        foreach (var slot in frozen)
        {
            var stored = Read(file, slot);
            var row = new float[slot.Shape[1]];
            for (var at = 0; at < slot.Shape[0]; at++)
            {
                weights.ReadRow(slot.BaseTensor!, at, row);
                if (!stored.AsSpan(at * row.Length, row.Length).SequenceEqual(row))
                {
                    throw new UnsupportedModelException($"{file.Path}: {slot.Key} is not the base model's {slot.BaseTensor} (row {at} differs), and a GGUF adapter has no place for it. Add --merge: the base model is written with the adapter merged in.");
                }
            }
        }
    }

    private static IEnumerable<GgufWriter.Entry> Pairs(SafetensorsFile file, ModelConfig config, AdapterLayout layout, float alpha)
    {
        var architecture = new GgufArchitecture(config);
        foreach (var (slotA, slotB) in layout.Slots.Where(slot => slot.Part is AdapterPart.A or AdapterPart.EmbeddingA)
            .Select(a => (a, layout.Slots.First(b => b.Module == a.Module && b.Part is AdapterPart.B or AdapterPart.EmbeddingB))))
        {
            var (rank, scale) = layout.Strength(slotA.Module);
            var (rows, columns) = (slotB.Shape[0], slotA.Shape[1]);
            var a = Read(file, slotA);
            var b = Read(file, slotB);
            var factor = scale * rank / alpha;
            if (factor != 1)
            {
                b = [.. b.Select(value => (float)(value * factor))];
            }

            if (architecture.TurnedHeads(slotA.Module) is > 0 and var heads)
            {
                b = RotaryRows.ToGguf(b, heads, rank);
            }

            var name = $"{architecture.ModuleName(slotA.Module)}.weight";
            yield return slotA.Part == AdapterPart.EmbeddingA
                ? Entry($"{name}.lora_a", PairLayout.Transpose(a, rank), columns, rank)
                : Entry($"{name}.lora_a", a, rank, columns);
            yield return Entry($"{name}.lora_b", b, rows, rank);
        }
    }

    private static float[] Read(SafetensorsFile file, AdapterSlot slot)
    {
        var tensor = file.Find(PeftFolder.Prefix + slot.Key)!;
        var type = tensor.Dtype switch { "F16" => GgufTensorType.F16, "BF16" => GgufTensorType.BF16, _ => GgufTensorType.F32 };
        var values = new float[checked(slot.Shape[0] * slot.Shape[1])];
        FloatEncoding.Decode(type, file.Bytes(tensor), values);
        return values;
    }

    private static GgufWriter.Entry Entry(string name, float[] values, long rows, long columns) => new(name, GgufTensorType.F32, [rows, columns], stream =>
    {
        var bytes = new byte[values.Length * sizeof(float)];
        FloatEncoding.Encode(GgufTensorType.F32, values, bytes);
        stream.Write(bytes);
    });
}
