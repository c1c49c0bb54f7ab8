using System.Runtime.InteropServices;
using LoraMesh.Formats;
using LoraMesh.Model.Runtime;
using static TorchSharp.torch;

namespace LoraMesh.Model;

/// <summary>An adapter as PEFT lays it down: <c>adapter_config.json</c> and <c>adapter_model.safetensors</c>.</summary>
internal static class PeftFolder
{
    internal const string WeightsFile = "adapter_model.safetensors";

    private const string Prefix = "base_model.model.";

    internal static LoraAdapter Read(string folder, ModelConfig model, bool trainable)
    {
        var config = PeftConfigFile.Read(Path.Combine(folder, PeftConfigFile.Name));
        using var file = SafetensorsFile.Open(Path.Combine(folder, WeightsFile));
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

    internal static void Write(LoraAdapter adapter, string folder)
    {
        Directory.CreateDirectory(folder);
        PeftConfigFile.Write(adapter.Config, adapter.Modules, Path.Combine(folder, PeftConfigFile.Name));
        using var stream = File.Create(Path.Combine(folder, WeightsFile));
        SafetensorsWriter.Write(
            stream,
            Tensors(adapter).Select(entry => new SafetensorsWriter.Entry(entry.Name, "F32", entry.Tensor.shape, Bytes(entry.Tensor))),
            new Dictionary<string, string> { ["format"] = "pt" });
    }

    /// <summary>Every matrix under its name on disk.</summary>
    internal static IEnumerable<(string Name, Tensor Tensor)> Tensors(LoraAdapter adapter)
    {
        for (var index = 0; index < adapter.Modules.Count; index++)
        {
            if (adapter.Pair(index) is { } pair)
            {
                yield return ($"{Prefix}{adapter.Modules[index].Path}.lora_A.weight", pair.A);
                yield return ($"{Prefix}{adapter.Modules[index].Path}.lora_B.weight", pair.B);
            }
        }
    }

    private static unsafe void Fill(LoraAdapter adapter, SafetensorsFile file)
    {
        using var scope = NewDisposeScope();
        var expected = Tensors(adapter).ToDictionary(entry => entry.Name, entry => entry.Tensor, StringComparer.Ordinal);
        var problems = new List<string>();
        foreach (var (name, target) in expected)
        {
            if (file.Find(name) is not { } stored)
            {
                problems.Add($"{name} is missing");
            }
            else if (!stored.Shape.SequenceEqual(target.shape))
            {
                problems.Add($"{name} is [{string.Join(", ", stored.Shape)}], the base model asks for [{string.Join(", ", target.shape)}]");
            }
            else if (TypeOf(stored.Dtype) is not { } type)
            {
                problems.Add($"{name} is {stored.Dtype}, read are F32, F16 and BF16");
            }
            else
            {
                var view = TorchAbi.View(file.Address(stored), [.. stored.Shape], type);
                target.copy_(view);
            }
        }

        problems.AddRange(file.Tensors.Where(tensor => !expected.ContainsKey(tensor.Name)).Select(tensor => $"{tensor.Name} is unexpected"));
        if (problems.Count > 0)
        {
            var shown = string.Join("; ", problems.Order(StringComparer.Ordinal).Take(5));
            throw new InvalidDataException($"{file.Path} does not fit the base model ({problems.Count} problems): {shown}{(problems.Count > 5 ? "; …" : string.Empty)}. Is it an adapter of another base model?");
        }
    }

    private static ScalarType? TypeOf(string dtype) => dtype switch
    {
        "F32" => ScalarType.Float32,
        "F16" => ScalarType.Float16,
        "BF16" => ScalarType.BFloat16,
        _ => null,
    };

    private static byte[] Bytes(Tensor tensor) => MemoryMarshal.AsBytes<float>(tensor.cpu().data<float>().ToArray()).ToArray();
}
