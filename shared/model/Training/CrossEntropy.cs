using LoraMesh.Model.Decoder;
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
    internal static float[] PerToken(Tensor hidden, OutputHead head, long[] rows, long[] targets)
    {
        var losses = new float[rows.Length];
        for (var start = 0; start < rows.Length; start += ChunkTokens)
        {
            using var scope = NewDisposeScope();
            var (chunk, wanted) = Chunk(hidden, rows, targets, start);
            Losses(head.Forward(chunk), wanted).data<float>().CopyTo(losses, start);
        }

        return losses;
    }

    /// <summary>
    /// The sum of losses divided by <paramref name="items"/>, and its gradient with respect to the hidden state [T, C];
    /// adds the head's gradient where the base is trained.
    /// </summary>
    internal static (double Loss, Tensor DHidden) Backward(Tensor hidden, OutputHead head, long[] rows, long[] targets, double items)
    {
        using var scope = NewDisposeScope();
        var dHidden = zeros_like(hidden);
        double sum = 0;
        for (var start = 0; start < rows.Length; start += ChunkTokens)
        {
            using var inner = NewDisposeScope();
            var (chunk, wanted) = Chunk(hidden, rows, targets, start); // (N, C), (N)
            var logits = head.Forward(chunk); // (N, V)
            sum += Losses(logits, wanted).sum().item<float>();
            var dLogits = nn.functional.softmax(logits, -1);
            var column = wanted.unsqueeze(1); // (N, 1)
            dLogits.scatter_add_(1, column, full(column.shape, -1f)).div_(items);
            dHidden.index_copy_(0, tensor(rows.AsSpan(start, (int)chunk.size(0)).ToArray()), head.Backward(chunk, logits, dLogits));
        }

        return (sum / items, dHidden.MoveToOuterDisposeScope());
    }

    private static (Tensor Hidden, Tensor Targets) Chunk(Tensor hidden, long[] rows, long[] targets, int start)
    {
        var count = Math.Min(ChunkTokens, rows.Length - start);
        return (hidden.index_select(0, tensor(rows.AsSpan(start, count).ToArray())), tensor(targets.AsSpan(start, count).ToArray()));
    }

    private static Tensor Losses(Tensor logits, Tensor targets) =>
        logits.logsumexp(-1).sub_(logits.gather(1, targets.unsqueeze(1)).squeeze(1)); // (N)
}
