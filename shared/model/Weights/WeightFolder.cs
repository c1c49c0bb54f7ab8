using System.Text.Json;
using LoraMesh.Formats;
using LoraMesh.Formats.Gguf;
using LoraMesh.Model.Runtime;
using static TorchSharp.torch;

namespace LoraMesh.Model.Weights;

/// <summary>The safetensors files of a Hugging Face folder, one or sharded by an index; tensors by name.</summary>
internal sealed class WeightFolder : IDisposable
{
    private const string SingleFile = "model.safetensors";
    private const string Embedding = $"{ModuleMap.Embedding}.weight";
    private const string Head = $"{ModuleMap.Head}.weight";
    private const string IndexFile = "model.safetensors.index.json";

    private readonly List<SafetensorsFile> _files = [];
    private readonly Dictionary<string, (SafetensorsFile File, SafetensorsTensor Tensor)> _tensors = new(StringComparer.Ordinal);
    private readonly string _folder;

    private WeightFolder(string folder)
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

    /// <summary>Every tensor that lies there.</summary>
    internal IReadOnlyCollection<SafetensorsTensor> Tensors => [.. _tensors.Values.Select(entry => entry.Tensor)];

    /// <summary>Opens the weights of a model and compares them with what it needs.</summary>
    /// <param name="folder">A Hugging Face folder.</param>
    /// <param name="wanted">What its config.json says.</param>
    /// <param name="config">The same, but for tied embeddings that turn out not to be.</param>
    /// <exception cref="InvalidDataException">Tensors are missing, unexpected or of another shape; the message lists them.</exception>
    /// <exception cref="UnsupportedModelException">The weights lie there in a form that is not read.</exception>
    internal static WeightFolder OpenFor(string folder, ModelConfig wanted, out ModelConfig config)
    {
        var weights = new WeightFolder(folder);
        try
        {
            config = wanted with { TieWordEmbeddings = wanted.TieWordEmbeddings && weights.Ties() };
            var tied = config.TieWordEmbeddings;
            // Old files carry the rotary frequencies, which config.json decides.
            weights.Check(
                ModuleMap.Tensors(config),
                name => name.EndsWith("rotary_emb.inv_freq", StringComparison.Ordinal) || (tied && name == Head));
            return weights;
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    // As transformers does it: where only the head's matrix lies there, it is the embedding's too; where both do and
    // differ, they are not tied whatever config.json says.
    private bool Ties()
    {
        if (!_tensors.TryGetValue(Head, out var head))
        {
            return true;
        }

        return _tensors.TryAdd(Embedding, head) || Same(Embedding, Head);
    }

    // Whether two tensors have the same type, shape and bytes.
    private unsafe bool Same(string first, string second)
    {
        var (a, b) = (_tensors[first], _tensors[second]);
        long bytes = a.Tensor.End - a.Tensor.Begin;
        if (a.Tensor.Dtype != b.Tensor.Dtype || !a.Tensor.Shape.SequenceEqual(b.Tensor.Shape))
        {
            return false;
        }

        byte* left = a.File.Address(a.Tensor), right = b.File.Address(b.Tensor);
        for (long start = 0; start < bytes; start += int.MaxValue)
        {
            var length = (int)Math.Min(int.MaxValue, bytes - start);
            if (!new ReadOnlySpan<byte>(left + start, length).SequenceEqual(new ReadOnlySpan<byte>(right + start, length)))
            {
                return false;
            }
        }

        return true;
    }

    private void Check(IReadOnlyList<BaseTensor> expected, Predicate<string> ignored)
    {
        var names = expected.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
        List<string> missing = [], shapes = [], types = [];
        foreach (var (name, shape) in expected)
        {
            if (!_tensors.TryGetValue(name, out var entry))
            {
                missing.Add(name);
            }
            else if (!entry.Tensor.Shape.SequenceEqual(shape))
            {
                shapes.Add($"{name} is [{string.Join(", ", entry.Tensor.Shape)}], config.json asks for [{string.Join(", ", shape)}]");
            }
            else if (TypeOf(entry.Tensor.Dtype) is null)
            {
                types.Add($"{name} is {entry.Tensor.Dtype}");
            }
        }

        var unexpected = _tensors.Keys.Where(name => !names.Contains(name) && !ignored(name)).Order(StringComparer.Ordinal).ToList();
        if (types.Count > 0)
        {
            throw new UnsupportedModelException($"{_folder}: weights are read as F32, F16 or BF16, but {List(types)}.");
        }

        if (missing.Count + shapes.Count + unexpected.Count > 0)
        {
            string[] parts = [Part("missing", missing), Part("of another shape", shapes), Part("unexpected", unexpected)];
            throw new InvalidDataException($"{_folder}: its tensors are not those of its config.json. {string.Join(". ", parts.Where(part => part.Length > 0))}.");
        }

        static string Part(string what, List<string> entries) => entries.Count == 0 ? string.Empty : $"{entries.Count} {what}: {List(entries)}";

        static string List(List<string> entries) => string.Join("; ", entries.Take(8)) + (entries.Count > 8 ? "; …" : string.Empty);
    }

    /// <summary>A float32 copy of a tensor that the model needs.</summary>
    internal unsafe Tensor Read(string name)
    {
        var (file, tensor) = _tensors[name];
        using var view = TorchAbi.View(file.Address(tensor), [.. tensor.Shape], TypeOf(tensor.Dtype)!.Value);
        return view.to_type(ScalarType.Float32, copy: true).DetachFromDisposeScope();
    }

    /// <summary>One row of a matrix, or a whole vector, that the model needs, in float32. Managed code only.</summary>
    internal unsafe void ReadRow(string name, long row, Span<float> row32)
    {
        var (file, tensor) = _tensors[name];
        var type = tensor.Dtype switch { "F16" => GgufTensorType.F16, "BF16" => GgufTensorType.BF16, _ => GgufTensorType.F32 };
        var bytes = checked((int)type.RowBytes(row32.Length));
        FloatEncoding.Decode(type, new ReadOnlySpan<byte>(file.Address(tensor) + (row * bytes), bytes), row32);
    }

    /// <summary>Type of a tensor as the file names it, or null where there is none of that name.</summary>
    internal string? DtypeOf(string name) => _tensors.TryGetValue(name, out var entry) ? entry.Tensor.Dtype : null;

    public void Dispose()
    {
        foreach (var file in _files)
        {
            file.Dispose();
        }
    }

    private static ScalarType? TypeOf(string dtype) => dtype switch
    {
        "F32" => ScalarType.Float32,
        "F16" => ScalarType.Float16,
        "BF16" => ScalarType.BFloat16,
        _ => null,
    };

    private static IEnumerable<string> FilesOf(string folder)
    {
        if (File.Exists(Path.Combine(folder, SingleFile)))
        {
            return [Path.Combine(folder, SingleFile)];
        }

        var index = Path.Combine(folder, IndexFile);
        if (!File.Exists(index))
        {
            throw PickledWeights.Missing(folder, SingleFile);
        }

        using var document = ConfigJson.Parse(index);
        if (!document.RootElement.TryGetProperty("weight_map", out var map) || map.ValueKind != JsonValueKind.Object)
        {
            throw new InvalidDataException($"{index}: weight_map is missing.");
        }

        var names = map.EnumerateObject().Select(entry => entry.Value.ValueKind == JsonValueKind.String ? entry.Value.GetString()! : string.Empty)
            .Distinct().Order(StringComparer.Ordinal).ToList();
        return names.FirstOrDefault(name => name != Path.GetFileName(name) || !name.EndsWith(".safetensors", StringComparison.Ordinal)) is { } strange
            ? throw new InvalidDataException($"{index}: weight_map names '{strange}', expected safetensors files of the same folder.")
            : names.Select(name => Path.Combine(folder, name));
    }
}
