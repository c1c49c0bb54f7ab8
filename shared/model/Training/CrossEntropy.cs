using LoraMesh.Model.Decoder;
using LoraMesh.Model.Kernels;
using static TorchSharp.torch;

namespace LoraMesh.Model;

// T tokens, S supervised tokens, N tokens of one chunk, C channels, V vocabulary.

/// <summary>
/// Next-token cross-entropy over the supervised tokens only, in chunks: the logits of all tokens never exist at once,
/// and the gradient of the hidden state is made in the same pass, since the head is at hand.
/// </summary>
internal static class CrossEntropy
{
    /// <summary>Label of a token that carries no loss.</summary>
    internal const int IgnoreIndex = -100;

    private const int ChunkTokens = 512;

    /// <summary>Rows that predict a supervised token, and the token each should predict.</summary>
    internal static (long[] Rows, long[] Targets) Supervised(TokenBatch batch, ReadOnlySpan<int> labels)
    {
        if (labels.Length != batch.Tokens)
        {
            throw new ArgumentException($"There are {labels.Length} labels for {batch.Tokens} tokens.", nameof(labels));
        }

        List<long> rows = [], targets = [];
        var start = 0;
        foreach (var length in batch.SegmentLengths)
        {
            for (var token = start; token < start + length - 1; token++)
            {
                if (labels[token + 1] != IgnoreIndex)
                {
                    rows.Add(token);
                    targets.Add(labels[token + 1]);
                }
            }

            start += length;
        }

        return ([.. rows], [.. targets]);
    }

    /// <summary>The loss of every supervised token in nats, [S].</summary>
    /// <param name="hidden">After the final norm, [T, C].</param>
    /// <param name="head">The output head.</param>
    /// <param name="plan">The pass that made the hidden state.</param>
    /// <param name="rows">Rows that predict, [S].</param>
    /// <param name="targets">What each should predict, [S].</param>
    /// <param name="hits">Gets whether each target has the largest logit, [S]; null where nobody asks.</param>
    internal static float[] PerToken(Tensor hidden, OutputHead head, ForwardPlan plan, long[] rows, long[] targets, bool[]? hits = null)
    {
        var losses = new float[rows.Length];
        for (var start = 0; start < rows.Length; start += ChunkTokens)
        {
            using var scope = NewDisposeScope();
            var (chunk, wanted) = Chunk(hidden, rows, targets, start);
            var logits = head.Forward(chunk, Ranges(plan, chunk)).to_type(ScalarType.Float32);
            Losses(logits, wanted).data<float>().CopyTo(losses, start);
            if (hits is not null)
            {
                logits.argmax(-1).eq(wanted).data<bool>().CopyTo(hits, start);
            }
        }

        return losses;
    }

    /// <summary>Which segment each of the ascending rows lies in.</summary>
    internal static int[] SegmentsOf(long[] rows, TokenBatch batch)
    {
        var segments = new int[rows.Length];
        int segment = 0, end = batch.SegmentLengths[0];
        for (var i = 0; i < rows.Length; i++)
        {
            while (rows[i] >= end)
            {
                end += batch.SegmentLengths[++segment];
            }

            segments[i] = segment;
        }

        return segments;
    }

    /// <summary>The losses of each segment added up, [segments].</summary>
    internal static double[] PerSegment(float[] losses, int[] segments, TokenBatch batch)
    {
        var sums = new double[batch.SegmentLengths.Count];
        for (var i = 0; i < losses.Length; i++)
        {
            sums[segments[i]] += losses[i];
        }

        return sums;
    }

    /// <summary>
    /// The weighted sum of losses, and its gradient with respect to the hidden state [T, C]; adds the head's gradient
    /// where the base is trained.
    /// </summary>
    /// <param name="hidden">After the final norm, [T, C].</param>
    /// <param name="head">The output head.</param>
    /// <param name="plan">The pass that made the hidden state.</param>
    /// <param name="rows">Rows that predict, [S].</param>
    /// <param name="targets">What each should predict, [S].</param>
    /// <param name="weights">What the loss of each counts, [S].</param>
    /// <param name="smoothing">Share of every target that is spread evenly over the vocabulary (Szegedy et al., 2016, arXiv 1512.00567).</param>
    internal static (double Loss, Tensor DHidden) Backward(Tensor hidden, OutputHead head, ForwardPlan plan, long[] rows, long[] targets, double[] weights, double smoothing = 0)
    {
        using var scope = NewDisposeScope();
        var dHidden = zeros_like(hidden);
        double sum = 0;
        for (var start = 0; start < rows.Length; start += ChunkTokens)
        {
            using var inner = NewDisposeScope();
            var (chunk, wanted) = Chunk(hidden, rows, targets, start); // (N, C), (N)
            var count = (int)chunk.size(0);
            var ranges = Ranges(plan, chunk);
            var logits = head.Forward(chunk, ranges, plan.Dropout); // (N, V)
            if (Bf16.Fits(logits) && head.IsUncapped)
            {
                sum += CrossEntropyKernel.Replace(logits, targets.AsSpan(start, count), weights.AsSpan(start, count), smoothing);
                dHidden.index_copy_(0, tensor(rows.AsSpan(start, count).ToArray()), head.Backward(chunk, logits, logits, ranges, plan.Dropout));
                continue;
            }

            (chunk, logits) = (chunk.to_type(ScalarType.Float32), logits.to_type(ScalarType.Float32));
            // In float64, so that the sum does not depend on how rows are split.
            sum += (Losses(logits, wanted, smoothing).to_type(ScalarType.Float64) * tensor(weights.AsSpan(start, count).ToArray())).sum().item<double>();
            var dLogits = nn.functional.softmax(logits, -1);
            if (smoothing > 0)
            {
                dLogits.sub_(smoothing / logits.size(1));
            }

            var column = wanted.unsqueeze(1); // (N, 1)
            dLogits.scatter_add_(1, column, full(column.shape, (float)(smoothing - 1)));
            dLogits.mul_(tensor(weights.AsSpan(start, count).ToArray(), ScalarType.Float32).unsqueeze(1));
            dHidden.index_copy_(0, tensor(rows.AsSpan(start, count).ToArray()), head.Backward(chunk, logits, dLogits, ranges, plan.Dropout).to_type(hidden.dtype));
        }

        return (sum, dHidden.MoveToOuterDisposeScope());
    }

    // Whole sequences are all under the same adapter, or none.
    private static IReadOnlyList<AdapterRange> Ranges(ForwardPlan plan, Tensor chunk) =>
        [.. plan.Adapters.Select(range => range with { Start = 0, Length = (int)chunk.size(0) })];

    private static (Tensor Hidden, Tensor Targets) Chunk(Tensor hidden, long[] rows, long[] targets, int start)
    {
        var count = Math.Min(ChunkTokens, rows.Length - start);
        return (hidden.index_select(0, tensor(rows.AsSpan(start, count).ToArray())), tensor(targets.AsSpan(start, count).ToArray()));
    }

    private static Tensor Losses(Tensor logits, Tensor targets, double smoothing = 0)
    {
        var total = logits.logsumexp(-1); // (N)
        var losses = total - logits.gather(1, targets.unsqueeze(1)).squeeze(1);
        return smoothing == 0 ? losses : losses.mul_(1 - smoothing).add_(total.sub_(logits.mean([-1])), alpha: smoothing);
    }
}
