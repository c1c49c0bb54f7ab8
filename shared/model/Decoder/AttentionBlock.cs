using LoraMesh.Model.Stepping;
using static TorchSharp.torch;

namespace LoraMesh.Model.Decoder;

// T tokens, C channels, H query heads, K key/value heads, D head width.

/// <summary>o(attention(rope(norm(q)), rope(norm(k)), v)); the norms of query and key heads in some families only.</summary>
internal sealed class AttentionBlock
{
    private readonly int _layer;
    private readonly int _headDim;
    private readonly int _heads;
    private readonly int _keyHeads;
    private readonly AttentionRule _rule;
    private readonly bool _local;
    private readonly Projections _queryKeyValue;
    private readonly Linear _output;
    private readonly RmsNorm? _queryNorm;
    private readonly RmsNorm? _keyNorm;

    internal AttentionBlock(LayerModules modules)
    {
        var config = modules.Config;
        _layer = modules.Index;
        (_heads, _keyHeads, _headDim) = (config.NumAttentionHeads, config.NumKeyValueHeads, config.HeadDim);
        _rule = new AttentionRule(config.AttentionScale, config.AttentionSoftcap, config.LayerWindows[_layer]);
        _local = config.LocalRope is not null && _rule.Window is not null;
        long query = config.NumAttentionHeads * config.HeadDim, keyValue = config.NumKeyValueHeads * config.HeadDim;
        _queryKeyValue = modules.Projections(
            "self_attn.qkv_proj", ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"], [query, keyValue, keyValue]);
        _output = modules.Linear("self_attn.o_proj");
        _queryNorm = config.Family.QueryKeyNorms ? modules.Norm("self_attn.q_norm") : null;
        _keyNorm = config.Family.QueryKeyNorms ? modules.Norm("self_attn.k_norm") : null;
    }

    /// <summary>x [T, C], normed → [T, C]. The tape, where there is one, keeps x too.</summary>
    internal Tensor Forward(Tensor x, ForwardPlan plan, LayerTape? tape)
    {
        using var scope = NewDisposeScope();
        var angles = plan.Angles(_local);
        var parts = _queryKeyValue.Forward(x, plan);
        Tensor query = Heads(parts[0]), key = Heads(parts[1]), v = Heads(parts[2]); // (T, H, D), (T, K, D), (T, K, D)
        var q = Rope.Forward(_queryNorm?.Forward(query, plan) ?? query, angles);
        var k = Rope.Forward(_keyNorm?.Forward(key, plan) ?? key, angles);
        var mixed = plan.Sessions is null ? Attention.Forward(q, k, v, _rule, plan) : CachedAttention.Forward(_layer, q, k, v, _rule, plan);
        var output = _output.Forward(mixed, plan);
        if (tape is not null)
        {
            tape.AttentionInput = x.DetachFromDisposeScope();
            (tape.Query, tape.Key) = _queryNorm is null ? (null, null) : (query.DetachFromDisposeScope(), key.DetachFromDisposeScope());
            (tape.Q, tape.K, tape.V) = (q.DetachFromDisposeScope(), k.DetachFromDisposeScope(), v.DetachFromDisposeScope());
            tape.Mixed = mixed.DetachFromDisposeScope();
        }

        return output.MoveToOuterDisposeScope();
    }

    /// <summary>The plan's input [B, C], normed → the plan's queries, rotated; keys and values go into the caches.</summary>
    internal void Project(StepPlan plan)
    {
        var all = plan.QueryKeyValue.Rows(plan.Rows); // (B, (H + 2K)·D)
        _queryKeyValue.Step(plan, all);
        int query = _heads * _headDim, keyValue = _keyHeads * _headDim;
        var (q, k, v) = (all.Columns(0, query), all.Columns(query, keyValue), all.Columns(query + keyValue, keyValue));
        _queryNorm?.Step(q, q);
        _keyNorm?.Step(k, k);
        Rope.Step(q, _headDim, plan, _local);
        Rope.Step(k, _headDim, plan, _local);
        CachedAttention.Append(_layer, k, v, plan);
    }

    /// <summary>The plan's queries over what is cached → y [B, C].</summary>
    internal void Step(StepPlan plan, StepRows y)
    {
        var mixed = plan.Mixed.Rows(plan.Rows);
        CachedAttention.Step(_layer, plan.QueryKeyValue.Rows(plan.Rows).Columns(0, _heads * _headDim), mixed, _rule, plan);
        plan.Input.Of(mixed);
        _output.Step(plan, y);
    }

    /// <summary>dy [T, C] → dx [T, C]; gradients are added where weights are trained.</summary>
    internal Tensor Backward(Tensor dy, ForwardPlan plan, LayerTape tape)
    {
        using var scope = NewDisposeScope();
        var angles = plan.Angles(_local);
        var dMixed = _output.Backward(tape.Mixed!, dy, plan); // (T, H·D)
        var (dq, dk, dv) = Attention.Backward(tape.Q!, tape.K!, tape.V!, dMixed, _rule, plan);
        var dQuery = Rope.Backward(dq, angles);
        var dKey = Rope.Backward(dk, angles);
        dQuery = _queryNorm?.Backward(tape.Query!, dQuery, plan) ?? dQuery;
        dKey = _keyNorm?.Backward(tape.Key!, dKey, plan) ?? dKey;
        return _queryKeyValue.Backward(tape.AttentionInput!, [dQuery.flatten(1), dKey.flatten(1), dv.flatten(1)], plan).MoveToOuterDisposeScope();
    }

    private Tensor Heads(Tensor x) => x.view(x.size(0), -1, _headDim);
}
