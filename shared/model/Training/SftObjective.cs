using LoraMesh.Model.Decoder;
using static TorchSharp.torch;

namespace LoraMesh.Model;

/// <summary>
/// Supervised fine-tuning: loss and gradients of labelled tokens. The loss is the mean over all supervised tokens of an
/// accumulated batch, as transformers' Trainer takes it, so that it does not depend on how the batch is split.
/// </summary>
public static class SftObjective
{
    /// <summary>Tokens of a batch that some other token predicts and that carry loss.</summary>
    public static int SupervisedTokens(TokenBatch batch, ReadOnlySpan<int> labels) => CrossEntropy.Supervised(batch, labels).Rows.Length;

    /// <summary>The sum of losses in nats, without gradients.</summary>
    public static double LossSum(CausalLm model, LoraAdapter? adapter, TokenBatch batch, ReadOnlySpan<int> labels) =>
        LossSums(model, adapter, batch, labels).Sum();

    /// <summary>The sum of losses of each segment in nats, without gradients.</summary>
    public static double[] LossSums(CausalLm model, LoraAdapter? adapter, TokenBatch batch, ReadOnlySpan<int> labels)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(batch);
        var (rows, targets) = CrossEntropy.Supervised(batch, labels);
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        using var plan = model.Transformer.Plan(batch, adapter);
        var losses = CrossEntropy.PerToken(model.Transformer.Forward(plan, tape: null), model.Transformer.Head, plan, rows, targets);
        return CrossEntropy.PerSegment(losses, CrossEntropy.SegmentsOf(rows, batch), batch);
    }

    /// <summary>Measures a batch without gradients, as in evaluation.</summary>
    /// <returns>The sum of losses in nats, and how many supervised tokens are the likeliest in their place.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static (double LossSum, int Hits) Measure(CausalLm model, LoraAdapter? adapter, TokenBatch batch, ReadOnlySpan<int> labels, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(batch);
        var (rows, targets) = CrossEntropy.Supervised(batch, labels);
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        using var plan = model.Transformer.Plan(batch, adapter, new PassOptions { Cancellation = cancellationToken });
        var hits = new bool[rows.Length];
        var losses = CrossEntropy.PerToken(model.Transformer.Forward(plan, tape: null), model.Transformer.Head, plan, rows, targets, hits);
        return (losses.Sum(loss => (double)loss), hits.Count(hit => hit));
    }

    /// <summary>Adds the gradients of one micro-batch to the adapter's (and to the base's, where that is trained).</summary>
    /// <param name="model">The base model.</param>
    /// <param name="adapter">What is trained, or null where only the base is.</param>
    /// <param name="batch">Whole sequences.</param>
    /// <param name="labels">For every token its id, or -100 where it carries no loss; [T].</param>
    /// <param name="items">Supervised tokens of the whole accumulated batch.</param>
    /// <param name="options">How the pass is made; null for a plain one.</param>
    /// <returns>This micro-batch's share of the loss: its sum of losses divided by <paramref name="items"/>, in nats.</returns>
    /// <exception cref="OperationCanceledException">Cancelled; some gradients may have been added.</exception>
    public static double AddGradients(
        CausalLm model, LoraAdapter? adapter, TokenBatch batch, ReadOnlySpan<int> labels, double items, PassOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(batch);
        if (ScoredTokens.Of(batch, labels) is not { } scored)
        {
            return 0;
        }

        var (rows, targets) = CrossEntropy.Supervised(scored.Batch, scored.Labels);
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        using var plan = model.Transformer.Plan(scored.Batch, adapter, options);
        using var tape = new ForwardTape();
        var hidden = model.Transformer.Forward(plan, tape);
        var weights = new double[rows.Length];
        Array.Fill(weights, 1 / items);
        var (loss, dHidden) = CrossEntropy.Backward(hidden, model.Transformer.Head, plan, rows, targets, weights, options?.LabelSmoothing ?? 0);
        model.Transformer.Backward(dHidden, plan, tape);
        return loss;
    }

    /// <summary>Scales gradients down to a total norm as PyTorch's <c>clip_grad_norm_</c> does.</summary>
    /// <returns>The norm before.</returns>
    public static double ClipGradients(Tensor gradients, double maxNorm)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        using var scope = NewDisposeScope();
        var norm = gradients.norm().item<float>();
        if (maxNorm > 0 && double.IsFinite(norm))
        {
            gradients.mul_(Math.Min(1, maxNorm / (norm + 1e-6)));
        }

        return norm;
    }
}
