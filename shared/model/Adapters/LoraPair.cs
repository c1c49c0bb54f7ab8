using LoraMesh.Model.Stepping;
using static TorchSharp.torch;

namespace LoraMesh.Model;

// T rows, I input width, O output width, R rank.

/// <summary>
/// The two matrices over one linear layer or embedding and what PEFT may add to them: a bias of B, and DoRA's magnitude m
/// of every row of the weight. With m the layer computes m/n·(Wx + s·B(Ax)), n = ‖W + s·BA‖ by row, which counts as a
/// constant in the backward pass (Liu et al., 2024, arXiv 2402.09353, section 4.3).
/// </summary>
internal sealed class LoraPair(AdapterTensor a, AdapterTensor b, AdapterTensor? bias, AdapterTensor? magnitude, double scale) : IDisposable
{
    private (Tensor A, Tensor B)? _initial;
    private Tensor? _norm;
    private Tensor? _factor;
    private StepPair? _step;

    internal Tensor A => a.Value; // (R, I)

    internal Tensor B => b.Value; // (O, R)

    internal Tensor? Bias => bias?.Value; // (O)

    internal Tensor? Magnitude => magnitude?.Value; // (O)

    internal Tensor? GradientA => a.Gradient;

    internal Tensor? GradientB => b.Gradient;

    internal Tensor? GradientBias => bias?.Gradient;

    internal Tensor? GradientMagnitude => magnitude?.Gradient;

    internal double Scale => scale;

    /// <summary>Where the pair began, if that was cut out of the base's weight: it counts negative, and is not trained.</summary>
    internal (Tensor A, Tensor B)? Initial => _initial;

    /// <summary>Remembers the present numbers as the ones to be taken away from the base.</summary>
    internal void KeepInitial() => _initial = (A.clone().DetachFromDisposeScope(), B.clone().DetachFromDisposeScope());

    /// <summary>The pair as steps read it; only while its numbers cannot change.</summary>
    internal StepPair Step() => _step ??= new StepPair(A, B, scale);

    /// <summary>What the pair adds to the weight: s·BA, [O, I].</summary>
    internal Tensor Delta()
    {
        using var scope = NewDisposeScope();
        var product = B.mm(A);
        if (_initial is var (a0, b0))
        {
            product.addmm_(b0, a0, beta: 1, alpha: -1);
        }

        return product.mul_(scale).MoveToOuterDisposeScope();
    }

    /// <summary>‖W + s·BA‖ by row [O], for a weight [O, I]; kept while the numbers cannot change.</summary>
    internal Tensor Norm(Tensor weight)
    {
        if (_norm is { } kept)
        {
            return kept.alias();
        }

        using var scope = NewDisposeScope();
        var norm = linalg.vector_norm(Delta().add_(weight), 2, [1]); // (O)
        if (a.Gradient is null)
        {
            _norm = norm.alias().DetachFromDisposeScope();
        }

        return norm.MoveToOuterDisposeScope();
    }

    /// <summary>m/n [O].</summary>
    internal Tensor Factor(Tensor weight)
    {
        if (_factor is { } kept)
        {
            return kept.alias();
        }

        using var scope = NewDisposeScope();
        var factor = Magnitude! / Norm(weight);
        if (a.Gradient is null)
        {
            _factor = factor.alias().DetachFromDisposeScope();
        }

        return factor.MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        _initial?.A.Dispose();
        _initial?.B.Dispose();
        _norm?.Dispose();
        _factor?.Dispose();
        _step?.Dispose();
    }
}
