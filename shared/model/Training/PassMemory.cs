using LoraMesh.Model.Decoder;

namespace LoraMesh.Model;

/// <summary>
/// What one micro-batch takes in memory beside weights, adapter and optimiser, by arithmetic over the shapes that the passes make.
/// It counts what is alive at the two heights of a step: the loss after the forward pass, and the widest layer on the way back.
/// </summary>
public static class PassMemory
{
    private const int Float = 4;
    private const int Half = 2;

    // What is alive lies among holes that are too small for what comes next; measured by the benchmark 'memory'.
    private const double Holes = 1.25;

    // Tokens whose logits exist at once, and copies of them where no kernel works in place.
    private const int ChunkTokens = 512;
    private const int LogitCopies = 4;

    /// <summary>Bytes at the height of a pass.</summary>
    /// <param name="model">The base model.</param>
    /// <param name="adapter">What is trained.</param>
    /// <param name="lengths">Length of each segment in tokens, in their order.</param>
    /// <param name="checkpointedLayers">Layers that are computed again on the way back.</param>
    /// <param name="dropout">Whether LoRA dropout is on.</param>
    public static long Of(CausalLm model, LoraAdapter adapter, IReadOnlyList<int> lengths, int checkpointedLayers, bool dropout)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(lengths);
        var config = model.Config;
        var half = model.Transformer.CanBeHalf(adapter);
        long number = half ? Half : Float, tokens = lengths.Sum();
        var layers = config.NumHiddenLayers - checkpointedLayers;
        var tape = layers * Kept(config, tokens, number) + checkpointedLayers * tokens * config.HiddenSize * number;
        var back = Math.Max(AttentionBack(config, lengths, number), GatedBack(config, tokens, number)) + (dropout ? Dropped(config, tokens, half) : 0);
        // A matrix in few bits is made whole for its product.
        back += model.Transformer.Weights.Max(weight => weight.MadeBytes);
        var loss = Loss(config, tokens, half);
        var lastLayer = tape + Math.Max(back, loss);
        // Layers that were kept are gone when the first of the others is computed again.
        var firstAgain = checkpointedLayers == 0 ? 0 : checkpointedLayers * tokens * config.HiddenSize * number + Kept(config, tokens, number) + back;
        return (long)(Holes * Math.Max(lastLayer, firstAgain));
    }

    // What a layer's tape holds: inputs of both blocks before and after their norms, rotated heads, their mixture, gate and up.
    private static long Kept(ModelConfig config, long tokens, long number)
    {
        long query = (long)config.NumAttentionHeads * config.HeadDim, key = (long)config.NumKeyValueHeads * config.HeadDim;
        var width = (4L * config.HiddenSize) + (2 * query) + (2 * key) + (2L * config.IntermediateSize);
        width += config.Family.QueryKeyNorms ? query + key : 0;
        width += config.Family.OutputNorms ? 2L * config.HiddenSize : 0;
        return tokens * width * number;
    }

    // The unit and its gradient, those of gate and up, and three hidden states.
    private static long GatedBack(ModelConfig config, long tokens, long number) => tokens * number * ((4L * config.IntermediateSize) + (3L * config.HiddenSize));

    // Heads folded and their gradients, sums of key gradients in float32, and three matrices of scores: of a block, or without
    // kernels of all queries.
    private static long AttentionBack(ModelConfig config, IReadOnlyList<int> lengths, long number)
    {
        long query = (long)config.NumAttentionHeads * config.HeadDim, key = (long)config.NumKeyValueHeads * config.HeadDim, scores = 0, tokens = 0;
        for (var i = 0; i < lengths.Count; tokens += lengths[i++])
        {
            // Neighbours of equal length are computed together.
            long count = 1;
            for (; i + 1 < lengths.Count && lengths[i + 1] == lengths[i]; i++, count++)
            {
                tokens += lengths[i];
            }

            long rows = number == Half && config.AttentionSoftcap is null ? Math.Min(128, lengths[i]) : lengths[i];
            scores = Math.Max(scores, 3 * count * config.NumAttentionHeads * rows * lengths[i] * number);
        }

        return (tokens * number * ((5 * query) + (5 * key) + (3L * config.HiddenSize))) + (2 * tokens * key * Float) + scores;
    }

    private static long Loss(ModelConfig config, long tokens, bool half)
    {
        var chunk = Math.Min(ChunkTokens, tokens) * config.VocabSize;
        var logits = half && config.FinalSoftcap is null ? chunk * Half : chunk * Float * LogitCopies;
        return logits + (2 * tokens * config.HiddenSize * (half ? Half : Float));
    }

    // A dropped copy of the widest input.
    private static long Dropped(ModelConfig config, long tokens, bool half) => tokens * Math.Max(config.IntermediateSize, config.HiddenSize) * (half ? Half : Float);
}
