using LoraMesh.Formats;
using LoraMesh.Model.Decoder;
using LoraMesh.Model.Runtime;
using static TorchSharp.torch;

namespace LoraMesh.Model;

/// <summary>
/// A base model whose own weights are trained, from random ones on: all numbers in one float32 buffer, all gradients in
/// another. How the base model that ships with the project was made.
/// </summary>
public sealed class TrainableBase : IDisposable
{
    private TrainableBase(CausalLm model)
    {
        Model = model;
        var weights = model.Transformer.Weights;
        var count = weights.Sum(weight => Size(weight));
        Parameters = zeros(count).DetachFromDisposeScope();
        Gradients = zeros(count).DetachFromDisposeScope();
        long offset = 0;
        foreach (var weight in weights)
        {
            var size = Size(weight);
            long[] shape = [.. weight.Shape];
            weight.Rebind(View(Parameters, offset, size, shape), View(Gradients, offset, size, shape));
            offset += size;
        }
    }

    /// <summary>The model over the buffer; disposed with this.</summary>
    public CausalLm Model { get; }

    /// <summary>All weights, float32 [count].</summary>
    public Tensor Parameters { get; }

    /// <summary>Their gradients.</summary>
    public Tensor Gradients { get; }

    /// <summary>
    /// A model with random weights for the <c>config.json</c> of a folder: matrices normal with std 0.02, those that
    /// write to the residual stream divided by √(2·layers) (GPT-2's rule), norms one, biases zero.
    /// </summary>
    public static TrainableBase Create(string folder, long seed)
    {
        using var generator = new Generator((ulong)seed);
        var config = ModelConfigReader.Read(folder);
        var residual = 0.02 / Math.Sqrt(2 * config.NumHiddenLayers);
        return new TrainableBase(new CausalLm(Decoder.Transformer.Create(config, Initial)));

        Tensor Initial(string name, long[] shape)
        {
            if (shape.Length == 1)
            {
                return (name.EndsWith("bias", StringComparison.Ordinal) ? zeros(shape) : ones(shape)).DetachFromDisposeScope();
            }

            var writes = name.Contains("o_proj", StringComparison.Ordinal) || name.Contains("down_proj", StringComparison.Ordinal);
            return randn(shape, generator: generator).mul_(writes ? residual : 0.02).DetachFromDisposeScope();
        }
    }

    /// <summary>The model in a Hugging Face folder, to be trained as a whole.</summary>
    /// <inheritdoc cref="CausalLm.Load" path="/exception"/>
    public static TrainableBase Load(string folder) => new(CausalLm.Load(folder));

    /// <summary>Chooses the precision of matrix products; call it after every step that changed the weights.</summary>
    public void SetPrecision(MatmulPrecision precision) => Model.Transformer.SetPrecision(precision);

    /// <summary>Forgets the gradients of the last step.</summary>
    public void ZeroGradients()
    {
        using var scope = NewDisposeScope();
        Gradients.zero_();
    }

    /// <summary>Writes <c>model.safetensors</c>, rounded to bfloat16; the same weights give the same bytes.</summary>
    public unsafe void SaveBFloat16(string path)
    {
        using var scope = NewDisposeScope();
        var entries = new List<SafetensorsWriter.Entry>();
        foreach (var weight in Model.Transformer.Weights)
        {
            var rounded = weight.Value.to_type(ScalarType.BFloat16).contiguous();
            var bytes = new ReadOnlySpan<byte>(TorchAbi.Address(rounded), checked((int)rounded.numel() * 2)).ToArray();
            entries.Add(new SafetensorsWriter.Entry(weight.Name, "BF16", [.. weight.Shape], bytes));
        }

        using var stream = File.Create(path);
        SafetensorsWriter.Write(stream, entries, new Dictionary<string, string> { ["format"] = "pt" });
    }

    private static long Size(Weight weight) => weight.Shape.Aggregate(1L, (product, size) => product * size);

    /// <inheritdoc/>
    public void Dispose()
    {
        Model.Dispose();
        Parameters.Dispose();
        Gradients.Dispose();
    }

    private static Tensor View(Tensor flat, long offset, long size, long[] shape)
    {
        using var part = flat.narrow(0, offset, size);
        return part.view(shape).DetachFromDisposeScope();
    }
}
