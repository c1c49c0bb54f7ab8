using System.Runtime.InteropServices;
using LoraMesh.Formats;
using LoraMesh.Model.Runtime;
using static TorchSharp.torch;

namespace LoraMesh.Model;

/// <summary>An adapter as PEFT lays it down: <c>adapter_config.json</c> and <c>adapter_model.safetensors</c>.</summary>
internal static class PeftFolder
{
    internal const string WeightsFile = "adapter_model.safetensors";

    /// <summary>What keys of a stored adapter begin with.</summary>
    internal const string Prefix = "base_model.model.";

    // So many problems are spelled out.
    private const int MaxShown = 8;

    internal static LoraAdapter Read(string folder, ModelConfig model, bool trainable)
    {
        var config = PeftConfigFile.Read(Path.Combine(folder, PeftConfigFile.Name), model);
        using var file = OpenWeights(folder);
        var adapter = new LoraAdapter(config, model, trainable);
        try
        {
            Fill(adapter, file);
            return adapter;
        }
        catch
        {
            adapter.Dispose();
            throw;
        }
    }

    /// <summary>Opens the weights; pickled ones are refused.</summary>
    internal static SafetensorsFile OpenWeights(string folder)
    {
        var weights = Path.Combine(folder, WeightsFile);
        return !File.Exists(weights) && File.Exists(Path.Combine(folder, "adapter_model.bin"))
            ? throw new UnsupportedModelException($"{folder} holds adapter_model.bin, a pickle, which can run code and is never read. Save the adapter as {WeightsFile}.")
            : SafetensorsFile.Open(weights);
    }

    internal static void Write(LoraAdapter adapter, string folder)
    {
        Directory.CreateDirectory(folder);
        PeftConfigFile.Write(StoredConfig(adapter), Path.Combine(folder, PeftConfigFile.Name));
        using var scope = NewDisposeScope();
        using var stream = File.Create(Path.Combine(folder, WeightsFile));
        SafetensorsWriter.Write(
            stream,
            Tensors(adapter).Select(entry => new SafetensorsWriter.Entry(entry.Name, "F32", entry.Tensor.shape, Bytes(entry.Tensor))),
            new Dictionary<string, string> { ["format"] = "pt" });
    }

    /// <summary>Every tensor under its name on disk.</summary>
    internal static IEnumerable<(string Name, Tensor Tensor)> Tensors(LoraAdapter adapter) =>
        adapter.Tensors.Select(tensor => (Prefix + tensor.Slot.Key, Stored(adapter, tensor)));

    // A pair that was cut out of the base is stored beside its beginning, so that it means the same over the plain base:
    // B·A - B₀·A₀ = [B, -B₀]·[A; A₀].
    private static Tensor Stored(LoraAdapter adapter, AdapterTensor tensor)
    {
        if (tensor.Slot.Part is not (AdapterPart.A or AdapterPart.B) || adapter.PairOf(tensor.Slot.Module)?.Initial is not var (a, b))
        {
            return tensor.Value;
        }

        return tensor.Slot.Part == AdapterPart.A ? cat([tensor.Value, a], 0) : cat([tensor.Value, b.neg()], 1);
    }

    private static LoraConfig StoredConfig(LoraAdapter adapter)
    {
        var config = adapter.Config;
        if (adapter.Layout.Matcher.Names is { } names)
        {
            config = config with { TargetModules = names, TargetPattern = null };
        }

        if (config.InitLoraWeights != "olora" && !config.InitLoraWeights.StartsWith("pissa", StringComparison.Ordinal))
        {
            return config;
        }

        // Twice the rank at the same scale.
        var factor = config.UseRslora ? Math.Sqrt(2) : 2;
        return config with
        {
            InitLoraWeights = "true",
            R = 2 * config.R,
            LoraAlpha = factor * config.LoraAlpha,
            RankPattern = [.. config.RankPattern.Select(entry => KeyValuePair.Create(entry.Key, 2 * entry.Value))],
            AlphaPattern = [.. config.AlphaPattern.Select(entry => KeyValuePair.Create(entry.Key, factor * entry.Value))],
        };
    }

    private static unsafe void Fill(LoraAdapter adapter, SafetensorsFile file)
    {
        Check(file, [.. adapter.Tensors.Select(tensor => tensor.Slot)], adapter.Config.BaseModelNameOrPath);
        using var scope = NewDisposeScope();
        foreach (var tensor in adapter.Tensors.ToList())
        {
            if (file.Find(Prefix + tensor.Slot.Key) is { } stored)
            {
                tensor.Value.copy_(TorchAbi.View(file.Address(stored), [.. stored.Shape], TypeOf(stored.Dtype)!.Value));
            }
            else
            {
                adapter.Forget(tensor);
            }
        }
    }

    /// <summary>Compares the stored tensors with those that an adapter has. The matrix below a pair may be missing: PEFT can be told to leave it out.</summary>
    /// <exception cref="InvalidDataException">Some are missing, unexpected, of another shape or type; the message lists them.</exception>
    internal static void Check(SafetensorsFile file, IReadOnlyList<AdapterSlot> slots, string? baseModel)
    {
        var expected = slots.ToDictionary(slot => Prefix + slot.Key, StringComparer.Ordinal);
        var problems = new List<string>();
        foreach (var (name, slot) in expected)
        {
            if (file.Find(name) is not { } stored)
            {
                if (slot.Part != AdapterPart.Frozen)
                {
                    problems.Add($"{name} is missing");
                }
            }
            else if (!stored.Shape.SequenceEqual(slot.Shape))
            {
                problems.Add($"{name} is [{string.Join(", ", stored.Shape)}], the base model and {PeftConfigFile.Name} ask for [{string.Join(", ", slot.Shape)}]");
            }
            else if (TypeOf(stored.Dtype) is null)
            {
                problems.Add($"{name} is {stored.Dtype}, read are F32, F16 and BF16");
            }
        }

        problems.AddRange(file.Tensors.Where(tensor => !expected.ContainsKey(tensor.Name)).Select(tensor => $"{tensor.Name} is unexpected"));
        if (problems.Count > 0)
        {
            var shown = string.Join("; ", problems.Order(StringComparer.Ordinal).Take(MaxShown));
            throw new InvalidDataException($"{file.Path} does not fit the base model ({problems.Count} problems): {shown}{(problems.Count > MaxShown ? "; …" : string.Empty)}. Is it an adapter of another base model ({baseModel ?? "unnamed"}), or {PeftConfigFile.Name} of another adapter?");
        }
    }

    private static ScalarType? TypeOf(string dtype) => dtype switch
    {
        "F32" => ScalarType.Float32,
        "F16" => ScalarType.Float16,
        "BF16" => ScalarType.BFloat16,
        _ => null,
    };

    private static byte[] Bytes(Tensor tensor) => MemoryMarshal.AsBytes<float>(tensor.contiguous().cpu().data<float>().ToArray()).ToArray();
}
