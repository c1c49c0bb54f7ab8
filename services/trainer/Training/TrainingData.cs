using LoraMesh.Contracts;
using LoraMesh.Formats;
using LoraMesh.Model;

namespace LoraMesh.Trainer.Training;

/// <summary>What is trained on, and how its loss is taken. It is made of items, which the plan puts into an order: packs of rows, rows, or preference pairs.</summary>
public abstract class TrainingData
{
    /// <summary>Number of items.</summary>
    internal abstract int Items { get; }

    /// <summary>Items of one micro-batch.</summary>
    internal abstract int ItemsPerMicroBatch { get; }

    /// <summary>Whether anything carries loss.</summary>
    internal abstract bool IsSupervised { get; }

    /// <summary>Highest token id, to be checked against the vocabulary.</summary>
    internal abstract int HighestId { get; }

    /// <summary>SHA-256 over all token ids, labels and their grouping, in hexadecimal.</summary>
    internal abstract string Sha256 { get; }

    /// <summary>What is seen of the data before the first step.</summary>
    internal abstract Preflight Look();

    /// <summary>One row, to see what the adapter makes of it.</summary>
    internal abstract TokenRow Sample { get; }

    /// <summary>What the loss of an accumulated batch is divided by, this micro-batch's part of it: supervised tokens, or pairs.</summary>
    internal abstract int Count(ReadOnlySpan<int> items);

    /// <summary>Adds the gradients of one micro-batch.</summary>
    /// <param name="model">The base model.</param>
    /// <param name="adapter">What is trained.</param>
    /// <param name="items">The micro-batch.</param>
    /// <param name="total">The sum of <see cref="Count"/> over the accumulated batch.</param>
    /// <param name="config">How to train.</param>
    /// <param name="split">Parts to cut it into, one after the other.</param>
    /// <param name="options">How each pass is made.</param>
    internal abstract MicroReport AddGradients(CausalLm model, LoraAdapter adapter, ReadOnlySpan<int> items, int total, TrainingConfig config, int split, Func<int, PassOptions> options);

    /// <summary>Segment lengths of the largest pass that may come, in the order of the pass.</summary>
    /// <param name="split">Parts that a micro-batch is cut into.</param>
    internal abstract IReadOnlyList<int> LargestMicroBatch(int split);

    /// <summary>Segments that cannot be cut apart: a row, or a pair.</summary>
    internal abstract int FewestSegments { get; }

    /// <summary>Cuts a list into contiguous parts of about the same weight; fewer where it is shorter.</summary>
    private protected static IEnumerable<T[]> Parts<T>(IReadOnlyList<T> list, int parts, Func<T, int> weight)
    {
        if (parts == 1 || list.Count <= 1)
        {
            return [[.. list]];
        }

        long whole = list.Sum(item => (long)weight(item)), before = 0;
        List<List<T>> cut = [];
        var part = -1L;
        foreach (var item in list)
        {
            // The part in which the item's middle lies.
            var own = Math.Max(part, (2 * before + weight(item)) * parts / (2 * whole));
            if (own != part)
            {
                cut.Add([]);
                part = own;
            }

            cut[^1].Add(item);
            before += weight(item);
        }

        return cut.Select(items => items.ToArray());
    }

    /// <summary>Measures what is held out of training; only where the configuration asks for it.</summary>
    /// <exception cref="TrainingFailedException">Nothing there carries loss.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    internal abstract Measurement Measure(CausalLm model, LoraAdapter adapter, TrainingConfig config, CancellationToken cancellationToken);
}
