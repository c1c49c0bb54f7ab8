using static TorchSharp.torch;

namespace LoraMesh.Model;

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter, 2019, arXiv 1711.05101) over one flat buffer, in the order
/// of operations of PyTorch's own, so that trajectories agree to rounding.
/// </summary>
public sealed class AdamW : IDisposable
{
    private readonly Tensor _parameters;
    private readonly Tensor _gradients;
    private readonly double _beta1;
    private readonly double _beta2;
    private readonly double _epsilon;
    private readonly double _weightDecay;
    private readonly Tensor? _rates;

    /// <summary>Starts with moments of zero.</summary>
    /// <param name="parameters">What is trained, float32 of one dimension; changed in place.</param>
    /// <param name="gradients">Its gradients, same shape.</param>
    /// <param name="beta1">Decay of the first moment.</param>
    /// <param name="beta2">Decay of the second moment.</param>
    /// <param name="epsilon">Added to the root of the second moment.</param>
    /// <param name="weightDecay">Share of every parameter that a step with rate 1 takes away.</param>
    /// <param name="rates">What the rate of each parameter is multiplied by, same shape, and then owned; null for 1 throughout.</param>
    public AdamW(Tensor parameters, Tensor gradients, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0, Tensor? rates = null)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        (_parameters, _gradients, _beta1, _beta2, _epsilon, _weightDecay, _rates) = (parameters, gradients, beta1, beta2, epsilon, weightDecay, rates);
        FirstMoment = zeros_like(parameters).DetachFromDisposeScope();
        SecondMoment = zeros_like(parameters).DetachFromDisposeScope();
    }

    /// <summary>Running mean of gradients; part of a checkpoint.</summary>
    public Tensor FirstMoment { get; }

    /// <summary>Running mean of squared gradients; part of a checkpoint.</summary>
    public Tensor SecondMoment { get; }

    /// <summary>Steps done; part of a checkpoint.</summary>
    public int Steps { get; set; }

    /// <summary>One step with the given rate.</summary>
    public void Step(double learningRate)
    {
        Steps++;
        using var scope = NewDisposeScope();
        Decay(learningRate * _weightDecay);
        FirstMoment.lerp_(_gradients, 1 - _beta1);
        SecondMoment.mul_(_beta2).addcmul_(_gradients, _gradients, 1 - _beta2);
        var root = SecondMoment.sqrt().div_(Math.Sqrt(1 - Math.Pow(_beta2, Steps))).add_(_epsilon);
        var scale = -learningRate / (1 - Math.Pow(_beta1, Steps));
        if (_rates is null)
        {
            _parameters.addcdiv_(FirstMoment, root, scale);
        }
        else
        {
            _parameters.addcmul_(FirstMoment / root, _rates, scale);
        }
    }

    private void Decay(double share)
    {
        if (_rates is null)
        {
            _parameters.mul_(1 - share);
        }
        else if (share != 0)
        {
            _parameters.mul_(1 - _rates * share);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        FirstMoment.Dispose();
        SecondMoment.Dispose();
        _rates?.Dispose();
    }
}
