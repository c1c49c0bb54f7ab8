using LoraMesh.Contracts;
using LoraMesh.Formats;
using LoraMesh.Model;

namespace LoraMesh.Trainer.Training;

/// <summary>
/// Which packs of a shard each optimiser step sees. It depends on shard, configuration and step number only, so that a
/// resumed run goes on with exactly the rows that the lost one would have seen.
/// </summary>
internal sealed class BatchPlan
{
    // Optimiser steps to aim for where the configuration names no number of epochs.
    private const int AutomaticSteps = 400;

    private readonly TokenShard _shard;
    private readonly TrainingConfig _config;
    private readonly int _packs;
    private int _shuffledEpoch = -1;
    private int[] _order = [];

    internal BatchPlan(TokenShard shard, TrainingConfig config)
    {
        (_shard, _config) = (shard, config);
        _packs = shard.PackOffsets.Length - 1;
        StepsPerEpoch = (_packs + config.GradientAccumulationSteps - 1) / config.GradientAccumulationSteps;
        var epochs = config.NumTrainEpochs > 0 ? config.NumTrainEpochs : AutomaticEpochs(StepsPerEpoch);
        var steps = Math.Max(1, (int)Math.Ceiling(StepsPerEpoch * epochs));
        TotalSteps = config.MaxSteps > 0 ? Math.Min(config.MaxSteps, steps) : steps;
    }

    internal int StepsPerEpoch { get; }

    internal int TotalSteps { get; }

    /// <summary>The micro-batches of a step, counted from 0.</summary>
    internal IReadOnlyList<MicroBatch> Step(int step)
    {
        Shuffle(step / StepsPerEpoch);
        var first = step % StepsPerEpoch * _config.GradientAccumulationSteps;
        var count = Math.Min(_config.GradientAccumulationSteps, _packs - first);
        return [.. Enumerable.Range(first, count).Select(index => Pack(_order[index]))];
    }

    private MicroBatch Pack(int pack)
    {
        // Equal lengths lie together, so that they share operations.
        var rows = _shard.PackedRows[(int)_shard.PackOffsets[pack]..(int)_shard.PackOffsets[pack + 1]]
            .Select(row => (int)row).OrderBy(row => _shard.Ids(row).Length).ToList();
        var ids = new List<long>();
        var labels = new List<int>();
        foreach (var row in rows)
        {
            foreach (var id in _shard.Ids(row))
            {
                ids.Add(id);
            }

            labels.AddRange(_shard.RowLabels(row));
        }

        return new MicroBatch(new TokenBatch([.. ids], [.. rows.Select(row => _shard.Ids(row).Length)]), [.. labels]);
    }

    private void Shuffle(int epoch)
    {
        if (epoch == _shuffledEpoch)
        {
            return;
        }

        _shuffledEpoch = epoch;
        _order = [.. Enumerable.Range(0, _packs)];
        if (_config.Shuffle)
        {
            new Random(HashCode(_config.Seed, epoch)).Shuffle(_order);
        }
    }

    // Small data need more passes to be learnt, large data fewer to end in time; both bounds keep it from memorising.
    private static double AutomaticEpochs(int stepsPerEpoch) => Math.Clamp(Math.Ceiling((double)AutomaticSteps / stepsPerEpoch), 3, 20);

    // HashCode.Combine differs between processes; this must not.
    private static int HashCode(int seed, int epoch) => unchecked((seed * 1_000_003) ^ (epoch * 7_919));
}
