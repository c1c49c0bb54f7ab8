using LoraMesh.Model.Stepping;
using static TorchSharp.torch;

namespace LoraMesh.Model.Decoder;

// T tokens, C channels, V vocabulary, N trained tokens.

/// <summary>hidden state → logits: a matrix with what adapters change of it and, in some families, a cap c·tanh(z/c).</summary>
internal sealed class OutputHead(Linear linear, int index, double? softcap, bool tied)
{
    /// <summary>Whether its products run on a bfloat16 copy.</summary>
    internal bool IsRounded => linear.Weight.IsRounded;

    /// <summary>Whether logits are the product alone, without a cap.</summary>
    internal bool IsUncapped => softcap is null;

    /// <summary>hidden [T, C] → logits [T, V].</summary>
    /// <param name="hidden">After the final norm.</param>
    /// <param name="adapters">Ranges of these rows.</param>
    /// <param name="dropout">Drops inputs of A while training.</param>
    internal Tensor Forward(Tensor hidden, IReadOnlyList<AdapterRange> adapters, Dropout? dropout = null)
    {
        using var scope = NewDisposeScope();
        var logits = linear.Forward(hidden, adapters, dropout);
        foreach (var range in adapters)
        {
            if (Tokens(range.Adapter) is { } tokens)
            {
                Rows(logits, range).index_copy_(1, Ids(tokens), Rows(hidden, range).mm(tokens.Value.t()));
            }
        }

        return (softcap is { } cap ? logits.div_(cap).tanh_().mul_(cap) : logits).MoveToOuterDisposeScope();
    }

    /// <summary>The plan's input [B, C], after the final norm → logits [B, V].</summary>
    internal unsafe void Step(StepPlan plan, StepRows logits)
    {
        linear.Step(plan, logits);
        for (var row = 0; softcap is { } cap && row < logits.Count; row++)
        {
            VectorKernels.Cap(logits.Row(row), (float)cap, logits.Width);
        }
    }

    /// <summary>
    /// dHidden [T, C] from the logits of <see cref="Forward"/> and their gradient, which is overwritten; adds the gradients of
    /// what is trained.
    /// </summary>
    internal Tensor Backward(Tensor hidden, Tensor logits, Tensor dLogits, IReadOnlyList<AdapterRange> adapters, Dropout? dropout = null)
    {
        using var scope = NewDisposeScope();
        if (softcap is { } cap)
        {
            dLogits.mul_((logits / cap).pow_(2).neg_().add_(1));
        }

        List<Tensor> parts = [];
        foreach (var range in adapters)
        {
            if (Tokens(range.Adapter) is { } tokens)
            {
                var ids = Ids(tokens);
                var columns = Rows(dLogits, range).index_select(1, ids); // (T', N)
                tokens.Gradient?.addmm_(columns.t(), Rows(hidden, range), beta: 1, alpha: 1);
                parts.Add(columns.mm(tokens.Value));
                Rows(dLogits, range).index_fill_(1, ids, 0);
            }
        }

        var dHidden = linear.Backward(hidden, dLogits, adapters, dropout);
        foreach (var range in adapters)
        {
            if (Tokens(range.Adapter) is not null)
            {
                Rows(dHidden, range).add_(parts[0]);
                parts.RemoveAt(0);
            }
        }

        return dHidden.MoveToOuterDisposeScope();
    }

    // Rows that are trained in a tied embedding are rows of the head too, unless the head has its own.
    private AdapterTensor? Tokens(LoraAdapter adapter) => adapter.Linear(index)?.Tokens ?? (tied ? adapter.Embedding?.Tokens : null);

    private static Tensor Ids(AdapterTensor tokens) => tensor(tokens.Slot.TokenIds.Select(id => (long)id).ToArray());

    private static Tensor Rows(Tensor tensor, AdapterRange range) => tensor.narrow(0, range.Start, range.Length);
}
