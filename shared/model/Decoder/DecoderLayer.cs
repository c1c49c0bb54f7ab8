using static TorchSharp.torch;

namespace LoraMesh.Model.Decoder;

// T tokens, C channels, H query heads, K key/value heads, D head width, I inner width.

/// <summary>x + attention(norm(x)), then + mlp(norm(x)) with a gated unit down(silu(gate)·up).</summary>
internal sealed class DecoderLayer(int index, ModelConfig config, Func<string, Linear> linear, Func<string, RmsNorm> norm)
{
    private readonly RmsNorm _attentionNorm = norm("input_layernorm");
    private readonly RmsNorm _mlpNorm = norm("post_attention_layernorm");
    private readonly Linear _q = linear("self_attn.q_proj");
    private readonly Linear _k = linear("self_attn.k_proj");
    private readonly Linear _v = linear("self_attn.v_proj");
    private readonly Linear _o = linear("self_attn.o_proj");
    private readonly Linear _gate = linear("mlp.gate_proj");
    private readonly Linear _up = linear("mlp.up_proj");
    private readonly Linear _down = linear("mlp.down_proj");

    /// <summary>x [T, C] → [T, C]. With <paramref name="tape"/>, what the backward pass needs is kept there.</summary>
    internal Tensor Forward(Tensor x, ForwardPlan plan, List<LayerTape>? tape)
    {
        using var scope = NewDisposeScope();
        var attentionInput = _attentionNorm.Forward(x);
        var q = Rope.Forward(Heads(_q.Forward(attentionInput, plan), config.NumAttentionHeads), plan); // (T, H, D)
        var k = Rope.Forward(Heads(_k.Forward(attentionInput, plan), config.NumKeyValueHeads), plan); // (T, K, D)
        var v = Heads(_v.Forward(attentionInput, plan), config.NumKeyValueHeads); // (T, K, D)
        var mixed = plan.Sessions is null ? Attention.Forward(q, k, v, plan) : CachedAttention.Forward(index, q, k, v, plan);
        var middle = _o.Forward(mixed, plan).add_(x);
        var mlpInput = _mlpNorm.Forward(middle);
        var gate = _gate.Forward(mlpInput, plan); // (T, I)
        var up = _up.Forward(mlpInput, plan); // (T, I)
        var output = _down.Forward(GatedUnit.Forward(gate, up), plan).add_(middle);
        tape?.Add(new LayerTape
        {
            Input = x.alias().DetachFromDisposeScope(),
            AttentionInput = attentionInput.DetachFromDisposeScope(),
            Q = q.DetachFromDisposeScope(),
            K = k.DetachFromDisposeScope(),
            V = v.DetachFromDisposeScope(),
            Mixed = mixed.DetachFromDisposeScope(),
            Middle = middle.DetachFromDisposeScope(),
            MlpInput = mlpInput.DetachFromDisposeScope(),
            Gate = gate.DetachFromDisposeScope(),
            Up = up.DetachFromDisposeScope(),
        });
        return output.MoveToOuterDisposeScope();
    }

    /// <summary>dy [T, C] → dx [T, C]; gradients are added where weights are trained.</summary>
    internal Tensor Backward(Tensor dy, ForwardPlan plan, LayerTape tape)
    {
        using var scope = NewDisposeScope();
        using var unit = GatedUnit.Forward(tape.Gate, tape.Up);
        var dUnit = _down.Backward(unit, dy, plan); // (T, I)
        var (dGate, dUp) = GatedUnit.Backward(tape.Gate, tape.Up, dUnit);
        var dMlpInput = _gate.Backward(tape.MlpInput, dGate, plan).add_(_up.Backward(tape.MlpInput, dUp, plan));
        var dMiddle = _mlpNorm.Backward(tape.Middle, dMlpInput).add_(dy); // (T, C)

        var dMixed = _o.Backward(tape.Mixed, dMiddle, plan); // (T, H·D)
        var (dq, dk, dv) = Attention.Backward(tape.Q, tape.K, tape.V, dMixed, plan);
        var dInput = _q.Backward(tape.AttentionInput, Rope.Backward(dq, plan).flatten(1), plan)
            .add_(_k.Backward(tape.AttentionInput, Rope.Backward(dk, plan).flatten(1), plan))
            .add_(_v.Backward(tape.AttentionInput, dv.flatten(1), plan));
        return _attentionNorm.Backward(tape.Input, dInput).add_(dMiddle).MoveToOuterDisposeScope();
    }

    private Tensor Heads(Tensor x, int heads) => x.view(-1, heads, config.HeadDim);
}
