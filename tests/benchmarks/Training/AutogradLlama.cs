using LoraMesh.Formats;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LoraMesh.Benchmarks.Training;

/// <summary>
/// What is measured against: LoRA on the same libtorch as one writes it down, and as PEFT has it. Frozen weights in bf16,
/// adapters in float32 and cast where they are used, fused attention of libtorch, all logits in float32, autograd, AdamW.
/// </summary>
internal sealed class AutogradLlama : IDisposable
{
    private readonly RandomLlama _shape;
    private readonly Dictionary<string, Tensor> _weights = [];
    private readonly Dictionary<string, (Parameter A, Parameter B)> _adapter = [];
    private readonly optim.Optimizer _optimizer;
    private readonly double _scale;

    internal AutogradLlama(RandomLlama shape, string folder, int rank, double alpha, double learningRate)
    {
        _shape = shape;
        _scale = alpha / rank;
        using var scope = NewDisposeScope();
        using var file = SafetensorsFile.Open(Path.Combine(folder, "model.safetensors"));
        foreach (var weight in file.Tensors)
        {
            _weights[weight.Name] = FromBytes(file.Bytes(weight), [.. weight.Shape]);
        }

        foreach (var (path, inputs, outputs) in shape.Linears())
        {
            var bound = 1 / Math.Sqrt(inputs);
            _adapter[path] = (Trained(rand(rank, inputs).mul_(2 * bound).sub_(bound)), Trained(zeros(outputs, rank)));
        }

        _optimizer = optim.AdamW([.. _adapter.Values.SelectMany(pair => (Parameter[])[pair.A, pair.B])], learningRate, weight_decay: 0);
    }

    /// <summary>One optimiser step over rows of equal length, every token but the first scored.</summary>
    internal double Step(long[] ids, int rows)
    {
        using var scope = NewDisposeScope();
        var batch = tensor(ids).view(rows, -1);
        _optimizer.zero_grad();
        var logits = Forward(batch).to_type(ScalarType.Float32);
        var loss = nn.functional.cross_entropy(
            logits.narrow(1, 0, batch.size(1) - 1).reshape(-1, _shape.Vocabulary), batch.narrow(1, 1, batch.size(1) - 1).reshape(-1));
        loss.backward();
        _optimizer.step();
        return loss.item<float>();
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        foreach (var tensor in _weights.Values.Concat(_adapter.Values.SelectMany(pair => (Tensor[])[pair.A, pair.B])))
        {
            tensor.Dispose();
        }
    }

    private Tensor Forward(Tensor ids)
    {
        var length = ids.size(1);
        var positions = arange(length, ScalarType.Float32).unsqueeze(1);
        var frequencies = pow(10000.0, -arange(0, _shape.HeadDim, 2, ScalarType.Float32) / _shape.HeadDim).unsqueeze(0);
        var angles = cat([positions.mul(frequencies), positions.mul(frequencies)], -1);
        var (cos, sin) = (angles.cos().to_type(ScalarType.BFloat16), angles.sin().to_type(ScalarType.BFloat16));
        var x = _weights["model.embed_tokens.weight"].index_select(0, ids.flatten()).view(ids.size(0), length, -1);
        for (var layer = 0; layer < _shape.Layers; layer++)
        {
            var path = $"model.layers.{layer}";
            var normed = Norm(x, $"{path}.input_layernorm.weight");
            var q = Rotate(Heads(Linear(normed, $"{path}.self_attn.q_proj")), cos, sin);
            var k = Rotate(Heads(Linear(normed, $"{path}.self_attn.k_proj")), cos, sin);
            var v = Heads(Linear(normed, $"{path}.self_attn.v_proj"));
            var group = _shape.Heads / _shape.KeyHeads;
            var mixed = nn.functional.scaled_dot_product_attention(q, k.repeat_interleave(group, 1), v.repeat_interleave(group, 1), is_casual: true);
            x = x + Linear(mixed.transpose(1, 2).reshape(x.size(0), length, -1), $"{path}.self_attn.o_proj");
            normed = Norm(x, $"{path}.post_attention_layernorm.weight");
            x = x + Linear(nn.functional.silu(Linear(normed, $"{path}.mlp.gate_proj")) * Linear(normed, $"{path}.mlp.up_proj"), $"{path}.mlp.down_proj");
        }

        return nn.functional.linear(Norm(x, "model.norm.weight"), _weights["lm_head.weight"]);
    }

    private Tensor Linear(Tensor x, string path)
    {
        var (a, b) = _adapter[path];
        var down = nn.functional.linear(x, a.to_type(ScalarType.BFloat16));
        return nn.functional.linear(x, _weights[$"{path}.weight"]) + nn.functional.linear(down, b.to_type(ScalarType.BFloat16)) * _scale;
    }

    private Tensor Norm(Tensor x, string weight)
    {
        var wide = x.to_type(ScalarType.Float32);
        return _weights[weight] * (wide * wide.pow(2).mean([-1], keepdim: true).add(1e-5).rsqrt()).to_type(ScalarType.BFloat16);
    }

    private Tensor Heads(Tensor x) => x.view(x.size(0), x.size(1), -1, _shape.HeadDim).transpose(1, 2);

    private static Tensor Rotate(Tensor x, Tensor cos, Tensor sin)
    {
        var halves = x.chunk(2, -1);
        return x * cos + cat([-halves[1], halves[0]], -1) * sin;
    }

    private static Parameter Trained(Tensor value)
    {
        var parameter = new Parameter(value);
        parameter.DetachFromDisposeScope();
        return parameter;
    }

    private static Tensor FromBytes(ReadOnlySpan<byte> bytes, long[] shape)
    {
        var numbers = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, short>(bytes).ToArray();

        // The upper half of a float32 is the bf16 number.
        return tensor(Array.ConvertAll(numbers, number => BitConverter.Int32BitsToSingle(number << 16)), shape).to_type(ScalarType.BFloat16).DetachFromDisposeScope();
    }
}
