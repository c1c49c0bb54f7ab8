using LoraMesh.Model.Decoder;
using static TorchSharp.torch;

namespace LoraMesh.Model;

/// <summary>
/// Direct preference optimisation: the policy is the base under the adapter, the reference the base alone, over one copy
/// of the weights. The loss is the mean over all pairs of an accumulated batch. Gradients are explicit: each token of an
/// answer weighs what the slope of its pair's loss says.
/// </summary>
public static class DpoObjective
{
    /// <summary>Log-probabilities of answers, summed over their labelled tokens; one per segment.</summary>
    public static double[] LogProbabilities(CausalLm model, LoraAdapter? adapter, TokenBatch batch, ReadOnlySpan<int> labels) =>
        [.. SftObjective.LossSums(model, adapter, batch, labels).Select(loss => -loss)];

    /// <summary>Adds the gradients of some pairs to the adapter's.</summary>
    /// <param name="model">The base model.</param>
    /// <param name="adapter">The policy's adapter.</param>
    /// <param name="batch">All chosen sequences, then all rejected ones in the same order.</param>
    /// <param name="labels">For every token its id, or -100 where it belongs to the prompt; [T].</param>
    /// <param name="options">The loss.</param>
    /// <param name="pairs">Pairs of the whole accumulated batch.</param>
    /// <param name="pass">How the pass is made; null for a plain one. Smoothing is the loss's own here.</param>
    /// <returns>This share of the loss, and what it was made of.</returns>
    public static DpoReport AddGradients(
        CausalLm model, LoraAdapter adapter, TokenBatch batch, ReadOnlySpan<int> labels, DpoOptions options, double pairs, PassOptions? pass = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(options);
        if (batch.SegmentLengths.Count % 2 != 0)
        {
            throw new ArgumentException($"There are {batch.SegmentLengths.Count} sequences; pairs need an even number.", nameof(batch));
        }

        var reference = LogProbabilities(model, adapter: null, batch, labels);
        var (rows, targets) = CrossEntropy.Supervised(batch, labels);
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        using var plan = model.Transformer.Plan(batch, adapter, pass);
        using var tape = new ForwardTape();
        var hidden = model.Transformer.Forward(plan, tape);
        var segments = CrossEntropy.SegmentsOf(rows, batch);
        var policy = CrossEntropy.PerSegment(CrossEntropy.PerToken(hidden, model.Transformer.Head, plan, rows, targets), segments, batch);
        var report = new DpoReport { Policy = [.. policy.Select(loss => -loss)], Reference = reference, Options = options };
        var (loss, slopes) = Judge(report, segments, pairs);
        var weights = Array.ConvertAll(segments, segment => slopes[segment]);
        var (_, dHidden) = CrossEntropy.Backward(hidden, model.Transformer.Head, plan, rows, targets, weights);
        model.Transformer.Backward(dHidden, plan, tape);
        return report with { Loss = loss };
    }

    /// <summary>Measures some pairs without gradients, as in evaluation.</summary>
    /// <returns>The sum of their losses, and what it was made of.</returns>
    public static DpoReport Measure(CausalLm model, LoraAdapter adapter, TokenBatch batch, ReadOnlySpan<int> labels, DpoOptions options)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var report = new DpoReport { Policy = LogProbabilities(model, adapter, batch, labels), Reference = LogProbabilities(model, adapter: null, batch, labels), Options = options };
        return report with { Loss = Judge(report, CrossEntropy.SegmentsOf(CrossEntropy.Supervised(batch, labels).Rows, batch), pairs: 1).Loss };
    }

    // The loss, and its slope by the log-probability of each token of an answer.
    private static (double Loss, double[] Slopes) Judge(DpoReport report, int[] segments, double pairs)
    {
        var count = report.Policy.Count / 2;
        var slopes = new double[report.Policy.Count];
        double loss = 0;
        for (var pair = 0; pair < count; pair++)
        {
            var (chosen, rejected) = report.Options.LossType == "ipo" ? (1.0 / segments.Count(segment => segment == pair), 1.0 / segments.Count(segment => segment == pair + count)) : (1, 1);
            var margin = chosen * (report.Policy[pair] - report.Reference[pair]) - rejected * (report.Policy[pair + count] - report.Reference[pair + count]);
            var (value, slope) = report.Options.Of(margin);
            loss += value / pairs;
            // A token's loss is minus its log-probability.
            slopes[pair] = -slope * chosen / pairs;
            slopes[pair + count] = slope * rejected / pairs;
        }

        return (loss, slopes);
    }
}
