using LoraMesh.Model.Kernels;
using LoraMesh.Model.Runtime;
using LoraMesh.Model.Stepping;
using static TorchSharp.torch;

namespace LoraMesh.Model.Decoder;

// T rows, I inputs, O outputs, R rank.

/// <summary>
/// y = xWᵀ + b + s·(drop(x)Aᵀ)Bᵀ: a frozen matrix and, for each range of rows, the adapter that serves it
/// (Hu et al., 2021, arXiv 2106.09685), whatever its variant.
/// </summary>
internal sealed class Linear(int index, Weight weight, Weight? bias)
{
    internal Weight Weight => weight;

    /// <summary>x [T, I] → y [T, O].</summary>
    internal Tensor Forward(Tensor x, ForwardPlan plan) => Forward(x, plan.Adapters, plan.Dropout);

    /// <inheritdoc cref="Forward(Tensor, ForwardPlan)"/>
    internal Tensor Forward(Tensor x, IReadOnlyList<AdapterRange> adapters, Dropout? dropout)
    {
        using var scope = NewDisposeScope();
        var y = weight.Apply(x, bias?.Value); // (T, O)
        foreach (var range in adapters)
        {
            if (range.Adapter.Linear(index) is { } change)
            {
                Change(change, Rows(x, range), Rows(y, range), dropout);
            }
        }

        return y.MoveToOuterDisposeScope();
    }

    /// <summary>The plan's input [B, I] → y [B, O], each row under its own adapter: plain pairs of any ranks.</summary>
    internal unsafe void Step(StepPlan plan, StepRows y)
    {
        ProductKernel.Run(weight.Step()!.Value, plan.Input, y);
        if (bias is not null)
        {
            var own = (float*)TorchAbi.Address(bias.Value);
            for (var row = 0; row < y.Count; row++)
            {
                VectorKernels.Add(own, y.Row(row), y.Width);
            }
        }

        StepPair?[]? pairs = null;
        var rank = 0;
        for (var row = 0; row < y.Count; row++)
        {
            if (plan.Tokens[row].Session.Adapter?.Pair(index)?.Step() is { } pair)
            {
                (pairs ??= new StepPair?[y.Count])[row] = pair;
                rank = Math.Max(rank, pair.Rank);
            }
        }

        if (pairs is null)
        {
            return;
        }

        var panels = plan.SinglePanels(plan.Input.Source, out var length);
        var eights = plan.Input.Get(paired: false);
        var eight = plan.Input.Chunks * StepPanels.Chunk;
        RowLoop.Run(y.Count, (long)rank * (length + y.Width), (first, end) =>
        {
            using var between = new NativeBuffer(8 * rank);
            for (long row = first, rows; row < end; row += rows)
            {
                rows = IsEight(row, end) ? 8 : 1;
                if (rows == 8)
                {
                    pairs[row]!.AddEight(eights + (row * eight), between.Floats, y with { Data = (nint)y.Row(row) });
                }
                else
                {
                    pairs[row]?.Add(panels + (row * length), between.Floats, y.Row(row));
                }
            }
        });

        // Whether rows under one pair make a panel of eight, which share the reading of it.
        bool IsEight(long row, long end)
        {
            var own = pairs[row];
            for (var i = 1; own is not null && row % 8 == 0 && row + 8 <= end && i < 8; i++)
            {
                own = pairs[row + i] == own ? own : null;
            }

            return own is not null && row % 8 == 0 && row + 8 <= end;
        }
    }

    /// <summary>Adds the gradients of what is trained and gives dx [T, I].</summary>
    internal Tensor Backward(Tensor x, Tensor dy, ForwardPlan plan) => Backward(x, dy, plan.Adapters, plan.Dropout);

    /// <inheritdoc cref="Backward(Tensor, Tensor, ForwardPlan)"/>
    internal Tensor Backward(Tensor x, Tensor dy, IReadOnlyList<AdapterRange> adapters, Dropout? dropout)
    {
        using var scope = NewDisposeScope();
        var dx = weight.ApplyTransposed(dy); // (T, I)
        weight.AddGradient(dy, x);
        bias?.Gradient?.add_(dy.sum([0]));
        foreach (var range in adapters)
        {
            if (range.Adapter.Linear(index) is { } change)
            {
                ChangeBack(change, Rows(x, range), Rows(dy, range), Rows(dx, range), dropout);
            }
        }

        return dx.MoveToOuterDisposeScope();
    }

    private void Change(ModuleChange change, Tensor x, Tensor y, Dropout? dropout)
    {
        if ((change.Weight ?? change.Frozen) is { } own)
        {
            y.copy_(nn.functional.linear(x, own.Value, change.Bias?.Value ?? bias?.Value));
        }
        else if (change.Bias is { } ownBias)
        {
            y.add_(ownBias.Value - bias!.Value);
        }

        if (change.Pair is not { } pair)
        {
            return;
        }

        var input = Drop(x, pair, dropout);
        if (x.dtype == ScalarType.BFloat16)
        {
            y.addmm_(input.mm(Half(pair.A).t()), Half(pair.B).t(), beta: 1, alpha: (float)pair.Scale);
            return;
        }

        var down = input.mm(pair.A.t()); // (T', R)
        if (pair.Magnitude is null)
        {
            y.addmm_(down, pair.B.t(), beta: 1, alpha: (float)pair.Scale);
            if (pair.Bias is { } pairBias)
            {
                y.add_(pairBias, alpha: pair.Scale);
            }

            if (pair.Initial is var (a, b))
            {
                y.addmm_(x.mm(a.t()), b.t(), beta: 1, alpha: -(float)pair.Scale);
            }
        }
        else
        {
            var factor = pair.Factor(Matrix(change)); // (O)
            y.add_(Apply(change, input).mul_(factor - 1)).add_(down.mm(pair.B.t()).mul_(factor), alpha: pair.Scale);
        }
    }

    private void ChangeBack(ModuleChange change, Tensor x, Tensor dy, Tensor dx, Dropout? dropout)
    {
        if ((change.Weight ?? change.Frozen) is { } own)
        {
            dx.copy_(dy.mm(own.Value));
            own.Gradient?.addmm_(dy.t(), x, beta: 1, alpha: 1);
        }

        change.Bias?.Gradient?.add_(dy.sum([0]));
        if (change.Pair is not { } pair)
        {
            return;
        }

        var input = Drop(x, pair, dropout);
        if (x.dtype == ScalarType.BFloat16)
        {
            PlainBack(pair, input, dy, dx, dropout);
            return;
        }

        var down = input.mm(pair.A.t()); // (T', R)
        var dUp = dy; // gradient of Wx + s·B(Ax)
        Tensor? dInput = null;
        if (pair.Magnitude is not null)
        {
            var factor = pair.Factor(Matrix(change)); // (O)
            if (pair.GradientMagnitude is { } gradientMagnitude)
            {
                var whole = Apply(change, input).addmm_(down, pair.B.t(), beta: 1, alpha: (float)pair.Scale);
                gradientMagnitude.add_(whole.mul_(dy).sum([0]).div_(pair.Norm(Matrix(change))));
            }

            dUp = dy * factor;
            var dPlain = dy * (factor - 1);
            dInput = change.Frozen is { } frozen ? dPlain.mm(frozen.Value) : weight.ApplyTransposed(dPlain);
        }

        var dDown = dUp.mm(pair.B).mul_(pair.Scale); // (T', R)
        pair.GradientB?.addmm_(dUp.t(), down, beta: 1, alpha: (float)pair.Scale);
        pair.GradientA?.addmm_(dDown.t(), input, beta: 1, alpha: 1);
        pair.GradientBias?.add_(dUp.sum([0]), alpha: pair.Scale);
        if (pair.Initial is var (a, b))
        {
            dx.addmm_(dy.mm(b), a, beta: 1, alpha: -(float)pair.Scale);
        }

        if (pair.GradientA is not null && dropout is not null)
        {
            var part = dDown.mm(pair.A);
            dx.add_(dropout.Apply(dInput is null ? part : part.add_(dInput), index));
        }
        else
        {
            dx.addmm_(dDown, pair.A, beta: 1, alpha: 1);
            if (dInput is not null)
            {
                dx.add_(dInput);
            }
        }
    }

    // In bfloat16, but for the gradients: a plain pair, which is all that such passes are made with.
    private void PlainBack(LoraPair pair, Tensor input, Tensor dy, Tensor dx, Dropout? dropout)
    {
        var (a, b) = (Half(pair.A), Half(pair.B));
        var dDown = dy.mm(b).mul_(pair.Scale); // (T', R)
        pair.GradientB?.add_(dy.t().mm(input.mm(a.t())), alpha: pair.Scale);
        pair.GradientA?.add_(dDown.t().mm(input));
        if (pair.GradientA is not null && dropout is not null)
        {
            dx.add_(dropout.Apply(dDown.mm(a), index));
        }
        else
        {
            dx.addmm_(dDown, a, beta: 1, alpha: 1);
        }
    }

    private static Tensor Half(Tensor x) => x.to_type(ScalarType.BFloat16);

    private Tensor Matrix(ModuleChange change) => change.Frozen?.Value ?? weight.Value;

    private Tensor Apply(ModuleChange change, Tensor x) => change.Frozen is { } frozen ? nn.functional.linear(x, frozen.Value) : weight.Apply(x);

    private Tensor Drop(Tensor x, LoraPair pair, Dropout? dropout) =>
        pair.GradientA is not null && dropout is not null ? dropout.Apply(x, index) : x;

    private static Tensor Rows(Tensor tensor, AdapterRange range) => tensor.narrow(0, range.Start, range.Length);
}
