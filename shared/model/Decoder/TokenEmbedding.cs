using LoraMesh.Model.Stepping;
using static TorchSharp.torch;

namespace LoraMesh.Model.Decoder;

// T tokens, C channels, R rank.

/// <summary>
/// Rows of the embedding matrix with what adapters change of them; in some families multiplied by a constant at the end.
/// The padding token's row learns nothing, as in PyTorch's <c>Embedding</c>.
/// </summary>
internal sealed class TokenEmbedding(Weight weight, float scale, int? padding)
{
    /// <summary>Ids of the plan's batch → [T, C].</summary>
    internal Tensor Forward(ForwardPlan plan)
    {
        using var scope = NewDisposeScope();
        var ids = tensor(plan.Batch.Ids);
        var x = weight.Rows(ids); // (T, C)
        foreach (var range in plan.Adapters)
        {
            if (range.Adapter.Embedding is { } change)
            {
                Change(change, Rows(ids, range), Rows(x, range));
            }
        }

        return (scale == 1 ? x : x.mul_(scale)).MoveToOuterDisposeScope();
    }

    /// <summary>One id for each row of x [B, C], which gets its embedding.</summary>
    internal unsafe void Step(ReadOnlySpan<long> ids, StepRows x)
    {
        var matrix = weight.Step()!.Value;
        for (var row = 0; row < ids.Length; row++)
        {
            var target = new Span<float>(x.Row(row), x.Width);
            matrix.CopyRow(ids[row], target);
            for (var i = 0; scale != 1 && i < target.Length; i++)
            {
                target[i] *= scale;
            }
        }
    }

    /// <summary>Adds the gradients of what is trained, from dx [T, C].</summary>
    internal void Backward(Tensor dx, ForwardPlan plan)
    {
        using var scope = NewDisposeScope();
        if (weight.Gradient is null && plan.Adapters.All(range => range.Adapter.Embedding is null))
        {
            return;
        }

        var ids = tensor(plan.Batch.Ids);
        weight.Gradient?.index_add_(0, ids, dx, scale);
        foreach (var range in plan.Adapters)
        {
            if (range.Adapter.Embedding is { } change)
            {
                ChangeBack(change, Rows(ids, range), Rows(dx, range) * scale);
            }
        }
    }

    private void Change(ModuleChange change, Tensor ids, Tensor x)
    {
        if ((change.Weight ?? change.Frozen) is { } own)
        {
            x.copy_(own.Value.index_select(0, ids));
        }

        if (change.Tokens is { } tokens)
        {
            var (places, rows) = Find(tokens, ids);
            if (places.Length > 0)
            {
                x.index_copy_(0, tensor(places), tokens.Value.index_select(0, tensor(rows)));
            }
        }

        if (change.Pair is { } pair)
        {
            x.addmm_(pair.A.t().index_select(0, ids), pair.B.t(), beta: 1, alpha: (float)pair.Scale);
            if (pair.Magnitude is not null)
            {
                x.mul_(pair.Factor(Matrix(change).t()));
            }
        }
    }

    private void ChangeBack(ModuleChange change, Tensor ids, Tensor dx)
    {
        // Gradients of rows that were looked up; B and the magnitude are no rows, and learn from the padding token too.
        var dRows = padding is { } pad ? dx * ids.ne(pad).unsqueeze(1) : dx;
        change.Weight?.Gradient?.index_add_(0, ids, dRows, 1);
        if (change.Tokens is { Gradient: { } gradient } tokens)
        {
            var (places, rows) = Find(tokens, ids);
            if (places.Length > 0)
            {
                gradient.index_add_(0, tensor(rows), dRows.index_select(0, tensor(places)), 1);
            }
        }

        if (change.Pair is not { GradientA: { } gradientA, GradientB: { } gradientB } pair)
        {
            return;
        }

        var down = pair.A.t().index_select(0, ids); // (T', R)
        if (pair.GradientMagnitude is { } gradientMagnitude)
        {
            var matrix = Matrix(change);
            var whole = matrix.index_select(0, ids).addmm_(down, pair.B.t(), beta: 1, alpha: (float)pair.Scale);
            gradientMagnitude.add_(whole.mul_(dx).sum([0]).div_(pair.Norm(matrix.t())));
            var factor = pair.Factor(matrix.t());
            (dx, dRows) = (dx * factor, dRows * factor);
        }

        gradientB.addmm_(dx.t(), down, beta: 1, alpha: (float)pair.Scale);
        gradientA.index_add_(1, ids, dRows.mm(pair.B).t(), pair.Scale);
    }

    private Tensor Matrix(ModuleChange change) => change.Frozen?.Value ?? weight.Value;

    private static (long[] Places, long[] Rows) Find(AdapterTensor tokens, Tensor ids)
    {
        var row = tokens.Slot.TokenIds.Index().ToDictionary(entry => (long)entry.Item, entry => (long)entry.Index);
        var found = ids.data<long>().ToArray().Index().Where(entry => row.ContainsKey(entry.Item)).ToList();
        return ([.. found.Select(entry => (long)entry.Index)], [.. found.Select(entry => row[entry.Item])]);
    }

    private static Tensor Rows(Tensor tensor, AdapterRange range) => tensor.narrow(0, range.Start, range.Length);
}
