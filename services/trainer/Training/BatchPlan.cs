using LoraMesh.Contracts;

namespace LoraMesh.Trainer.Training;

/// <summary>
/// Which items each optimiser step sees, with transformers' Trainer's count of steps and epochs: the last accumulation of
/// an epoch may be shorter, and no batch spans two epochs. It depends on data, configuration and step number only, so
/// that a resumed run goes on with exactly the rows that the lost one would have seen.
/// </summary>
internal sealed class BatchPlan
{
    // Optimiser steps to aim for where the configuration names no number of epochs.
    private const int AutomaticSteps = 400;

    private readonly TrainingConfig _config;
    private readonly int _items;
    private readonly int _perMicro;
    private readonly int _micros;
    private int _shuffledEpoch = -1;
    private int[] _order = [];

    internal BatchPlan(int items, int itemsPerMicroBatch, TrainingConfig config)
    {
        (_items, _perMicro, _config) = (items, itemsPerMicroBatch, config);
        _micros = config.DataloaderDropLast ? items / itemsPerMicroBatch : Quotient(items, itemsPerMicroBatch);
        if (_micros == 0)
        {
            throw new TrainingFailedException("too_few_rows", $"dataloader_drop_last leaves nothing of {items} rows: per_device_train_batch_size is {itemsPerMicroBatch}.");
        }

        StepsPerEpoch = Quotient(_micros, config.GradientAccumulationSteps);
        var epochs = config.NumTrainEpochs > 0 ? config.NumTrainEpochs : AutomaticEpochs(StepsPerEpoch);
        TotalSteps = config.MaxSteps > 0 ? config.MaxSteps : Math.Max(1, (int)Math.Ceiling(StepsPerEpoch * epochs));
    }

    internal int StepsPerEpoch { get; }

    internal int TotalSteps { get; }

    /// <summary>The micro-batches of a step, counted from 0.</summary>
    internal IReadOnlyList<int[]> Step(int step)
    {
        Shuffle(step / StepsPerEpoch);
        var first = step % StepsPerEpoch * _config.GradientAccumulationSteps;
        return [.. Enumerable.Range(first, Math.Min(_config.GradientAccumulationSteps, _micros - first)).Select(Micro)];
    }

    /// <summary>Passes over the data after a step, counted from 0.</summary>
    internal double Epoch(int step) =>
        step / StepsPerEpoch + Math.Min(1, (step % StepsPerEpoch + 1.0) * _config.GradientAccumulationSteps / _micros);

    private int[] Micro(int micro) => _order[(micro * _perMicro)..Math.Min((micro + 1) * _perMicro, _items)];

    private void Shuffle(int epoch)
    {
        if (epoch == _shuffledEpoch)
        {
            return;
        }

        _shuffledEpoch = epoch;
        _order = [.. Enumerable.Range(0, _items)];
        if (_config.Shuffle)
        {
            new Random(HashCode(_config.Seed, epoch)).Shuffle(_order);
        }
    }

    // Small data need more passes to be learnt, large data fewer to end in time; both bounds keep it from memorising.
    private static double AutomaticEpochs(int stepsPerEpoch) => Math.Clamp(Math.Ceiling((double)AutomaticSteps / stepsPerEpoch), 3, 20);

    // HashCode.Combine differs between processes; this must not.
    private static int HashCode(int seed, int epoch) => unchecked((seed * 1_000_003) ^ (epoch * 7_919));

    private static int Quotient(int all, int part) => (all + part - 1) / part;
}
