using LoraMesh.Formats.Gguf;

namespace LoraMesh.Model.Gguf;

/// <summary>
/// The tensors of a base model as llama.cpp wants them: matrices in the type that was asked for, vectors and norms always in
/// float32, the 1 of Gemma's norms added to their weights.
/// </summary>
internal sealed class BaseTensors(ExportWeights weights, GgufTensorType type)
{
    private readonly ModelConfig _config = weights.Config;
    private readonly GgufArchitecture _architecture = new(weights.Config);

    /// <summary>Every tensor, in a fixed order.</summary>
    /// <param name="begin">Called before each one is written.</param>
    internal IReadOnlyList<GgufWriter.Entry> List(Action begin) =>
        [.. Frequencies().Select(entry => Vector(entry.Name, entry.Factors)), .. ModuleMap.Tensors(_config).Select(tensor => Tensor(tensor, begin))];

    // What llama.cpp divides the frequencies by, where a formula of its own is not enough.
    private IEnumerable<(string Name, float[] Factors)> Frequencies()
    {
        var rope = _config.Rope;
        if (rope.Type == "llama3")
        {
            var plain = (rope with { Type = "default" }).InverseFrequencies(1);
            yield return ("rope_freqs.weight", [.. rope.InverseFrequencies(1).Zip(plain, (scaled, whole) => whole / scaled)]);
        }
        else if (rope.Type == "longrope")
        {
            yield return ("rope_factors_long.weight", [.. rope.LongFactor.Select(factor => (float)factor)]);
            yield return ("rope_factors_short.weight", [.. rope.ShortFactor.Select(factor => (float)factor)]);
        }
    }

    private static GgufWriter.Entry Vector(string name, float[] values) => new(name, GgufTensorType.F32, [values.Length], stream =>
    {
        var bytes = new byte[values.Length * sizeof(float)];
        FloatEncoding.Encode(GgufTensorType.F32, values, bytes);
        stream.Write(bytes);
    });

    private GgufWriter.Entry Tensor(BaseTensor tensor, Action begin)
    {
        var dot = tensor.Name.LastIndexOf('.');
        var name = _architecture.ModuleName(tensor.Name[..dot]) + tensor.Name[dot..];
        var heads = _architecture.TurnedHeads(tensor.Name[..dot]);
        var stored = tensor.Shape.Count == 1 ? GgufTensorType.F32
            : tensor.Shape[^1] % type.BlockLength() == 0 ? type
            : GgufTensorType.F16; // as llama.cpp's converter falls back where rows are no whole blocks
        return new GgufWriter.Entry(name, stored, tensor.Shape, stream =>
        {
            begin();
            try
            {
                Write(tensor, stored, heads, stream);
            }
            catch (ArgumentException problem)
            {
                throw new InvalidDataException($"{tensor.Name} cannot be written as {stored}: {problem.Message} Choose another --outtype.", problem);
            }
        });
    }

    private void Write(BaseTensor tensor, GgufTensorType stored, int heads, Stream stream)
    {
        var (rows, columns) = tensor.Shape.Count == 1 ? (1, (int)tensor.Shape[0]) : (tensor.Shape[0], (int)tensor.Shape[1]);
        var values = new float[columns];
        var bytes = new byte[stored.RowBytes(columns)];
        for (long row = 0; row < rows; row++)
        {
            weights.ReadRow(tensor.Name, heads == 0 || tensor.Shape.Count == 1 ? row : RotaryRows.Source(row, (int)(rows / heads)), values);
            if (tensor.Shape.Count == 1)
            {
                values = heads == 0 ? Norm(tensor.Name, values) : RotaryRows.ToGguf(values, heads, 1);
            }

            FloatEncoding.Encode(stored, values, bytes);
            stream.Write(bytes);
        }
    }

    private float[] Norm(string name, float[] values) =>
        _config.Family.UnitOffsetNorms && name.EndsWith("norm.weight", StringComparison.Ordinal) ? [.. values.Select(value => value + 1)] : values;
}
