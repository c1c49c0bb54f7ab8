using LoraMesh.Model.Stepping;
using static TorchSharp.torch;

namespace LoraMesh.Model.Decoder;

// T tokens, C channels.

/// <summary>
/// x + attention(norm(x)), then + mlp(norm(x)); in some families attention and mlp end with a norm of their own.
/// </summary>
internal sealed class DecoderLayer
{
    private readonly RmsNorm _attentionNorm;
    private readonly RmsNorm? _attentionOutputNorm;
    private readonly RmsNorm _mlpNorm;
    private readonly RmsNorm? _mlpOutputNorm;
    private readonly AttentionBlock _attention;
    private readonly GatedBlock _mlp;

    internal DecoderLayer(LayerModules modules)
    {
        var outputNorms = modules.Config.Family.OutputNorms;
        _attentionNorm = modules.Norm("input_layernorm");
        _attentionOutputNorm = outputNorms ? modules.Norm("post_attention_layernorm") : null;
        _mlpNorm = modules.Norm(outputNorms ? "pre_feedforward_layernorm" : "post_attention_layernorm");
        _mlpOutputNorm = outputNorms ? modules.Norm("post_feedforward_layernorm") : null;
        _attention = new AttentionBlock(modules);
        _mlp = new GatedBlock(modules);
    }

    /// <summary>x [T, C] → [T, C]. With <paramref name="tape"/>, what the backward pass needs is kept there.</summary>
    internal Tensor Forward(Tensor x, ForwardPlan plan, LayerTape? tape)
    {
        using var scope = NewDisposeScope();
        var attended = _attention.Forward(_attentionNorm.Forward(x, plan), plan, tape);
        var middle = Add(x, attended, _attentionOutputNorm, plan);
        var gated = _mlp.Forward(_mlpNorm.Forward(middle, plan), plan, tape);
        var output = Add(middle, gated, _mlpOutputNorm, plan);
        if (tape is not null)
        {
            tape.Input = x.alias().DetachFromDisposeScope();
            tape.Middle = middle.DetachFromDisposeScope();
            tape.Attended = _attentionOutputNorm is null ? null : attended.DetachFromDisposeScope();
            tape.Gated = _mlpOutputNorm is null ? null : gated.DetachFromDisposeScope();
        }

        return output.MoveToOuterDisposeScope();
    }

    /// <summary>Tokens of sequences: x [B, C], in place.</summary>
    /// <param name="x">The plan's hidden states.</param>
    /// <param name="plan">Whose they are.</param>
    /// <param name="wanted">Rows with which the plan goes on, in ascending order; null for all. Of the others keys and values are kept.</param>
    internal void Step(StepRows x, StepPlan plan, IReadOnlyList<int>? wanted = null)
    {
        var normed = plan.Normed.Rows(x.Count);
        _attentionNorm.Step(x, normed);
        plan.Input.Of(normed);
        _attention.Project(plan);
        if (wanted is not null && wanted.Count < x.Count)
        {
            plan.Keep(wanted);
            if (wanted.Count == 0)
            {
                return;
            }

            x = plan.Hidden.Rows(wanted.Count);
            normed = plan.Normed.Rows(wanted.Count);
        }

        var part = plan.Part.Rows(x.Count);
        _attention.Step(plan, part);
        Add(part, _attentionOutputNorm, x);
        _mlpNorm.Step(x, normed);
        plan.Input.Of(normed);
        _mlp.Step(plan, part);
        Add(part, _mlpOutputNorm, x);
    }

    /// <summary>dy [T, C] → dx [T, C]; gradients are added where weights are trained.</summary>
    internal Tensor Backward(Tensor dy, ForwardPlan plan, LayerTape tape)
    {
        using var scope = NewDisposeScope();
        var dGated = _mlpOutputNorm?.Backward(tape.Gated!, dy, plan) ?? dy;
        var dMiddle = _mlpNorm.Backward(tape.Middle!, _mlp.Backward(dGated, plan, tape), plan).add_(dy);
        var dAttended = _attentionOutputNorm?.Backward(tape.Attended!, dMiddle, plan) ?? dMiddle;
        return _attentionNorm.Backward(tape.Input!, _attention.Backward(dAttended, plan, tape), plan).add_(dMiddle).MoveToOuterDisposeScope();
    }

    private static unsafe void Add(StepRows part, RmsNorm? norm, StepRows x)
    {
        norm?.Step(part, part);
        for (var row = 0; row < x.Count; row++)
        {
            VectorKernels.Add(part.Row(row), x.Row(row), x.Width);
        }
    }

    private static Tensor Add(Tensor x, Tensor part, RmsNorm? norm, ForwardPlan plan) => (norm?.Forward(part, plan) ?? part).add_(x);
}
