using System.Text.Json;
using LoraMesh.Formats;
using LoraMesh.Model.Runtime;
using static TorchSharp.torch;

namespace LoraMesh.Model.Weights;

/// <summary>The safetensors files of a Hugging Face folder, one or sharded by an index; tensors by name.</summary>
internal sealed class WeightFolder : IDisposable
{
    private readonly List<SafetensorsFile> _files = [];
    private readonly Dictionary<string, (SafetensorsFile File, SafetensorsTensor Tensor)> _tensors = new(StringComparer.Ordinal);
    private readonly string _folder;

    internal WeightFolder(string folder)
    {
        _folder = folder;
        try
        {
            foreach (var path in FilesOf(folder))
            {
                var file = SafetensorsFile.Open(path);
                _files.Add(file);
                foreach (var tensor in file.Tensors)
                {
                    if (!_tensors.TryAdd(tensor.Name, (file, tensor)))
                    {
                        throw new InvalidDataException($"{folder}: tensor '{tensor.Name}' lies in two of its files.");
                    }
                }
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>A float32 copy of a tensor of just this shape.</summary>
    internal unsafe Tensor Read(string name, params long[] shape)
    {
        if (!_tensors.TryGetValue(name, out var entry))
        {
            throw new InvalidDataException($"{_folder}: tensor '{name}' is missing from its safetensors files.");
        }

        if (!entry.Tensor.Shape.SequenceEqual(shape))
        {
            throw new InvalidDataException($"{entry.File.Path}: tensor '{name}' is [{string.Join(", ", entry.Tensor.Shape)}], config.json asks for [{string.Join(", ", shape)}].");
        }

        var type = entry.Tensor.Dtype switch
        {
            "F32" => ScalarType.Float32,
            "F16" => ScalarType.Float16,
            "BF16" => ScalarType.BFloat16,
            var other => throw new UnsupportedModelException($"{entry.File.Path}: tensor '{name}' is {other}; weights are read as F32, F16 or BF16."),
        };
        using var view = TorchAbi.View(entry.File.Address(entry.Tensor), shape, type);
        return view.to_type(ScalarType.Float32, copy: true).DetachFromDisposeScope();
    }

    public void Dispose()
    {
        foreach (var file in _files)
        {
            file.Dispose();
        }
    }

    private static IEnumerable<string> FilesOf(string folder)
    {
        var index = Path.Combine(folder, "model.safetensors.index.json");
        if (!File.Exists(index))
        {
            return [Path.Combine(folder, "model.safetensors")];
        }

        using var document = ConfigJson.Parse(index);
        if (!document.RootElement.TryGetProperty("weight_map", out var map) || map.ValueKind != JsonValueKind.Object)
        {
            throw new InvalidDataException($"{index}: weight_map is missing.");
        }

        var names = map.EnumerateObject().Select(entry => entry.Value.GetString() ?? string.Empty).Distinct().Order(StringComparer.Ordinal).ToList();
        return names.FirstOrDefault(name => name != Path.GetFileName(name) || !name.EndsWith(".safetensors", StringComparison.Ordinal)) is { } strange
            ? throw new InvalidDataException($"{index}: weight_map names '{strange}', expected safetensors files of the same folder.")
            : names.Select(name => Path.Combine(folder, name));
    }
}
