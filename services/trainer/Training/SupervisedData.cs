using LoraMesh.Contracts;
using LoraMesh.Formats;
using LoraMesh.Model;

namespace LoraMesh.Trainer.Training;

/// <summary>Rows whose labelled tokens are learnt: several to a micro-batch in their order, or packed as the shard says.</summary>
public sealed class SupervisedData : TrainingData
{
    private readonly TokenShard _shard;
    private readonly int[][] _items; // Rows of each item.

    /// <summary>Takes a shard's rows: packed, or by number where the configuration has <c>per_device_train_batch_size</c>.</summary>
    public SupervisedData(TokenShard shard, TrainingConfig config)
    {
        ArgumentNullException.ThrowIfNull(shard);
        ArgumentNullException.ThrowIfNull(config);
        _shard = shard;
        ItemsPerMicroBatch = config.PerDeviceTrainBatchSize ?? 1;
        _items = config.PerDeviceTrainBatchSize is null
            ? [.. Enumerable.Range(0, shard.PackOffsets.Length - 1).Select(Pack)]
            : [.. Enumerable.Range(0, shard.Rows).Select(row => (int[])[row])];

        int[] Pack(int pack) => [.. shard.PackedRows[(int)shard.PackOffsets[pack]..(int)shard.PackOffsets[pack + 1]].Select(row => (int)row)];
    }

    internal override int Items => _items.Length;

    internal override int ItemsPerMicroBatch { get; }

    internal override bool IsSupervised => _shard.Rows > 0 && _shard.Labels.Any(label => label != TokenShard.IgnoreIndex);

    internal override int HighestId => Math.Max(_shard.InputIds.Max(), _shard.Labels.Max());

    internal override string Sha256 => field ??= DataDigest.Of([_shard.InputIds, _shard.Labels, .. _items], _shard.RowOffsets);

    internal override TokenRow Sample => new(_shard.Ids(0).ToArray(), _shard.RowLabels(0).ToArray());

    internal override int Count(ReadOnlySpan<int> items)
    {
        var (tokens, labels) = Batch(items);
        return SftObjective.SupervisedTokens(tokens, labels);
    }

    internal override MicroReport AddGradients(CausalLm model, LoraAdapter adapter, ReadOnlySpan<int> items, int total, TrainingConfig config, PassOptions options)
    {
        var (tokens, labels) = Batch(items);
        return new MicroReport(SftObjective.AddGradients(model, adapter, tokens, labels, total, options), tokens.Tokens);
    }

    private (TokenBatch Tokens, int[] Labels) Batch(ReadOnlySpan<int> items)
    {
        var rows = new List<int>();
        foreach (var item in items)
        {
            rows.AddRange(_items[item]);
        }

        // Equal lengths lie together, so that they share operations.
        return RowBatch.Of(rows.OrderBy(row => _shard.Ids(row).Length).Select(row => new TokenRow(_shard.Ids(row).ToArray(), _shard.RowLabels(row).ToArray())));
    }
}
