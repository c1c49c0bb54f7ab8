using System.Globalization;
using LoraMesh.Contracts;
using LoraMesh.Model;

namespace LoraMesh.Trainer.Training;

/// <summary>How a training is fitted into memory: what is computed again instead of kept, and into how many parts micro-batches are cut.</summary>
/// <param name="Split">Parts of a micro-batch; the loss is divided by the same number of tokens, so the mathematics is that of the whole.</param>
/// <param name="CheckpointedLayers">Layers that are computed again on the way back; changes no bit.</param>
/// <param name="Bytes">What the process will take at most.</param>
public sealed record MemoryPlan(int Split, int CheckpointedLayers, long Bytes)
{
    // Beside the adapter's numbers: gradients, two moments; a copy of three to go back to, one that may become it, and one being written.
    private const int AdapterBytes = 4 * (1 + 1 + 2 + 3 + 3 + 3);

    // Compiled code, scratch memory of matrix products, what the allocator keeps.
    private const long Fixed = 160L << 20;

    /// <summary>The fastest plan that fits.</summary>
    /// <param name="config">How to train.</param>
    /// <param name="model">The base model.</param>
    /// <param name="adapter">What is trained.</param>
    /// <param name="data">What to train on.</param>
    /// <param name="resident">Bytes of the process with the base model, before the first step.</param>
    /// <param name="budget">Bytes that it may take.</param>
    /// <param name="leastSplit">Parts that were chosen before an interruption; 1 for none.</param>
    /// <exception cref="TrainingFailedException">Even the smallest does not fit.</exception>
    internal static MemoryPlan Make(TrainingConfig config, CausalLm model, LoraAdapter adapter, TrainingData data, long resident, long budget, int leastSplit)
    {
        var layers = model.Config.NumHiddenLayers;
        var (first, last) = config.GradientCheckpointing switch { true => (layers, layers), false => (0, 0), null => (0, layers) };
        for (var split = leastSplit; ; split *= 2)
        {
            var lengths = data.LargestMicroBatch(split);
            for (var checkpointed = first; checkpointed <= last; checkpointed++)
            {
                var bytes = resident + Fixed + (adapter.Count * AdapterBytes) + PassMemory.Of(model, adapter, lengths, checkpointed, config.LoraDropout > 0);
                if (bytes <= budget)
                {
                    return new MemoryPlan(split, checkpointed, bytes);
                }

                if (checkpointed == last && lengths.Count == data.FewestSegments)
                {
                    throw new TrainingFailedException("memory_too_small", $"Training needs {Gibibytes(bytes)} at the least, with one row of {lengths.Max()} tokens at a time{(config.GradientCheckpointing is false ? "" : " and every layer computed again")}; there are {Gibibytes(budget)}. Lower prep.max_sequence_length or r, {(config.Bf16 ? "choose a smaller base model" : "set bf16: true, choose a smaller base model")}{(config.GradientCheckpointing is false ? ", remove gradient_checkpointing: false" : "")}, or give the trainer more memory.");
                }
            }
        }
    }

    private static string Gibibytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1 << 30):0.00} GiB");
}
