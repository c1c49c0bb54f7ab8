using static TorchSharp.torch;

namespace LoraMesh.Model.Decoder;

// T rows, I inputs, O outputs, R rank.

/// <summary>
/// y = xWᵀ + b + s·(drop(x)Aᵀ)Bᵀ: a frozen matrix and, for each range of rows, the adapter that serves it
/// (Hu et al., 2021, arXiv 2106.09685).
/// </summary>
internal sealed class Linear(int index, Weight weight, Weight? bias)
{
    /// <summary>x [T, I] → y [T, O].</summary>
    internal Tensor Forward(Tensor x, ForwardPlan plan)
    {
        using var scope = NewDisposeScope();
        var y = weight.Apply(x, bias?.Value); // (T, O)
        foreach (var range in plan.Adapters)
        {
            if (range.Adapter.Pair(index) is { } pair)
            {
                var down = AdapterInput(x, range, pair, plan).mm(pair.A.t()); // (T', R)
                Rows(y, range).addmm_(down, pair.B.t(), beta: 1, alpha: (float)pair.Scale);
            }
        }

        return y.MoveToOuterDisposeScope();
    }

    /// <summary>Adds the gradients of A and B (and of the base, where it is trained) and gives dx [T, I].</summary>
    internal Tensor Backward(Tensor x, Tensor dy, ForwardPlan plan)
    {
        using var scope = NewDisposeScope();
        var dx = weight.ApplyTransposed(dy); // (T, I)
        weight.AddGradient(dy, x);
        bias?.Gradient?.add_(dy.sum(0));
        foreach (var range in plan.Adapters)
        {
            if (range.Adapter.Pair(index) is { GradientA: { } gradientA, GradientB: { } gradientB } pair)
            {
                var input = AdapterInput(x, range, pair, plan);
                var dyRows = Rows(dy, range);
                var down = input.mm(pair.A.t()); // (T', R)
                var dDown = dyRows.mm(pair.B).mul_(pair.Scale); // (T', R)
                gradientB.addmm_(dyRows.t(), down, beta: 1, alpha: (float)pair.Scale);
                gradientA.addmm_(dDown.t(), input, beta: 1, alpha: 1);
                if (plan.Dropout is { } dropout)
                {
                    Rows(dx, range).add_(dropout.Apply(dDown.mm(pair.A), index));
                }
                else
                {
                    Rows(dx, range).addmm_(dDown, pair.A, beta: 1, alpha: 1);
                }
            }
        }

        return dx.MoveToOuterDisposeScope();
    }

    private Tensor AdapterInput(Tensor x, AdapterRange range, LoraPair pair, ForwardPlan plan)
    {
        var rows = Rows(x, range);
        return pair.GradientA is not null && plan.Dropout is { } dropout ? dropout.Apply(rows, index) : rows;
    }

    private static Tensor Rows(Tensor tensor, AdapterRange range) => tensor.narrow(0, range.Start, range.Length);
}
