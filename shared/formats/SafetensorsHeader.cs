using System.Text.Json;

namespace LoraMesh.Formats;

/// <summary>
/// Parses and checks the JSON header of a safetensors file. The header is untrusted: sizes, ranges, overlaps, gaps,
/// types and duplicate names are all refused before any tensor is touched.
/// </summary>
internal static class SafetensorsHeader
{
    /// <summary>Largest header that is read, as the reference implementation has it: 100 MB.</summary>
    internal const long MaxHeaderBytes = 100_000_000;

    private const int MaxDimensions = 8;

    internal static Dictionary<string, SafetensorsTensor> Parse(
        ReadOnlyMemory<byte> json, long dataBytes, string path, out IReadOnlyDictionary<string, string> metadata)
    {
        var tensors = new Dictionary<string, SafetensorsTensor>(StringComparer.Ordinal);
        var notes = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            using var header = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 8 });
            if (header.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw Refuse(path, $"the header is a JSON {header.RootElement.ValueKind}, expected an object");
            }

            foreach (var entry in header.RootElement.EnumerateObject())
            {
                if (entry.NameEquals("__metadata__"))
                {
                    foreach (var note in entry.Value.EnumerateObject())
                    {
                        notes[note.Name] = note.Value.GetString() ?? string.Empty;
                    }
                }
                else if (!tensors.TryAdd(entry.Name, ReadTensor(entry, path)))
                {
                    throw Refuse(path, $"tensor '{entry.Name}' is named twice");
                }
            }
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw Refuse(path, $"the header is not the JSON that the format asks for ({problem.Message})");
        }

        CheckLayout(tensors.Values, dataBytes, path);
        metadata = notes;
        return tensors;
    }

    internal static int? BitsOf(string dtype) => dtype switch
    {
        "F64" or "I64" or "U64" => 64,
        "F32" or "I32" or "U32" => 32,
        "F16" or "BF16" or "I16" or "U16" => 16,
        "I8" or "U8" or "BOOL" or "F8_E4M3" or "F8_E5M2" => 8,
        _ => null,
    };

    internal static InvalidDataException Refuse(string path, string problem) => new($"{path} is not a safetensors file: {problem}.");

    private static SafetensorsTensor ReadTensor(JsonProperty entry, string path)
    {
        var dtype = entry.Value.GetProperty("dtype").GetString() ?? string.Empty;
        if (BitsOf(dtype) is null)
        {
            throw Refuse(path, $"tensor '{entry.Name}' has the unknown dtype '{dtype}'");
        }

        var shape = new List<long>();
        foreach (var size in entry.Value.GetProperty("shape").EnumerateArray())
        {
            if (!size.TryGetInt64(out var value) || value < 0 || shape.Count == MaxDimensions)
            {
                throw Refuse(path, $"tensor '{entry.Name}' has the shape {entry.Value.GetProperty("shape")}, expected at most {MaxDimensions} sizes of 0 or more");
            }

            shape.Add(value);
        }

        var offsets = entry.Value.GetProperty("data_offsets");
        if (offsets.GetArrayLength() != 2 || !offsets[0].TryGetInt64(out var begin) || !offsets[1].TryGetInt64(out var end))
        {
            throw Refuse(path, $"tensor '{entry.Name}' has data_offsets {offsets}, expected [begin, end]");
        }

        return new SafetensorsTensor(entry.Name, dtype, shape, begin, end);
    }

    private static void CheckLayout(IEnumerable<SafetensorsTensor> tensors, long dataBytes, string path)
    {
        long next = 0;
        foreach (var tensor in tensors.OrderBy(tensor => tensor.Begin).ThenBy(tensor => tensor.End))
        {
            if (tensor.Begin != next || tensor.End < tensor.Begin || tensor.End > dataBytes)
            {
                throw Refuse(path, $"tensor '{tensor.Name}' lies at [{tensor.Begin}, {tensor.End}), expected a start of {next} and an end of at most {dataBytes}");
            }

            if (Bytes(tensor) is not { } expected || expected != tensor.End - tensor.Begin)
            {
                throw Refuse(path, $"tensor '{tensor.Name}' of {tensor.Dtype} [{string.Join(", ", tensor.Shape)}] has {tensor.End - tensor.Begin} bytes, which is not its type times its shape");
            }

            next = tensor.End;
        }

        if (next != dataBytes)
        {
            throw Refuse(path, $"{dataBytes - next} bytes at its end belong to no tensor");
        }
    }

    private static long? Bytes(SafetensorsTensor tensor)
    {
        try
        {
            var count = 1L;
            foreach (var size in tensor.Shape)
            {
                count = checked(count * size);
            }

            return checked(count * BitsOf(tensor.Dtype)!.Value) / 8;
        }
        catch (OverflowException)
        {
            return null;
        }
    }
}
