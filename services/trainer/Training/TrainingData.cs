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
    /// <param name="options">How the pass is made.</param>
    internal abstract MicroReport AddGradients(CausalLm model, LoraAdapter adapter, ReadOnlySpan<int> items, int total, TrainingConfig config, PassOptions options);
}
