using LoraMesh.Contracts;
using LoraMesh.Formats;
using LoraMesh.Model;

namespace LoraMesh.Trainer.Training;

/// <summary>Rows whose labelled tokens are learnt: several to a micro-batch in their order, or packed as the shard says.</summary>
public sealed class SupervisedData : TrainingData
{
    private readonly TokenShard _shard;
    private readonly int[][] _items; // Rows of each item.
    private readonly List<int[]> _heldOut; // Rows of each batch to be measured.

    /// <summary>
    /// Takes a shard's rows: packed, or by number where the configuration has <c>per_device_train_batch_size</c>; but for those
    /// that are to be measured.
    /// </summary>
    /// <exception cref="TrainingFailedException">Holding rows out leaves none.</exception>
    public SupervisedData(TokenShard shard, TrainingConfig config)
    {
        ArgumentNullException.ThrowIfNull(shard);
        ArgumentNullException.ThrowIfNull(config);
        _shard = shard;
        ItemsPerMicroBatch = config.PerDeviceTrainBatchSize ?? 1;
        var heldOut = HeldOut.Choose(shard.Rows, Row, config);
        _items = config.PerDeviceTrainBatchSize is null
            ? [.. Enumerable.Range(0, shard.PackOffsets.Length - 1).Select(Pack).Where(pack => pack.Length > 0)]
            : [.. Enumerable.Range(0, shard.Rows).Where(row => !heldOut.Contains(row)).Select(row => (int[])[row])];
        _heldOut = Batches(heldOut, config);

        int[] Pack(int pack) => [.. shard.PackedRows[(int)shard.PackOffsets[pack]..(int)shard.PackOffsets[pack + 1]].Select(row => (int)row).Where(row => !heldOut.Contains(row))];
    }

    internal override int Items => _items.Length;

    internal override int ItemsPerMicroBatch { get; }

    internal override bool IsSupervised => _shard.Rows > 0 && _shard.Labels.Any(label => label != TokenShard.IgnoreIndex);

    internal override int HighestId => Math.Max(_shard.InputIds.Max(), _shard.Labels.Max());

    internal override string Sha256 => field ??= DataDigest.Of([_shard.InputIds, _shard.Labels, .. _items], _shard.RowOffsets);

    internal override Preflight Look() => Preflight.Of(Enumerable.Range(0, _shard.Rows).Select(row => _shard.RowLabels(row).ToArray()));

    internal override TokenRow Sample => Row(0);

    internal override int Count(ReadOnlySpan<int> items)
    {
        var (tokens, labels) = RowBatch.Of(Rows(items).Select(Row));
        return SftObjective.SupervisedTokens(tokens, labels);
    }

    internal override MicroReport AddGradients(CausalLm model, LoraAdapter adapter, ReadOnlySpan<int> items, int total, TrainingConfig config, int split, Func<int, PassOptions> options)
    {
        var (loss, count) = (0.0, 0);
        foreach (var (part, rows) in Parts(Rows(items), split, Length).Index())
        {
            var (tokens, labels) = RowBatch.Of(rows.Select(Row));
            loss += SftObjective.AddGradients(model, adapter, tokens, labels, total, options(part));
            count += tokens.Tokens;
        }

        return new MicroReport(loss, count);
    }

    internal override IReadOnlyList<int> LargestMicroBatch(int split)
    {
        var items = Enumerable.Range(0, _items.Length).OrderByDescending(item => _items[item].Sum(Length)).Take(ItemsPerMicroBatch).ToArray();
        return [.. Parts(Rows(items), split, Length).MaxBy(rows => rows.Sum(Length))!.Select(Length)];
    }

    internal override int FewestSegments => 1;

    internal override Measurement Measure(CausalLm model, LoraAdapter adapter, TrainingConfig config, CancellationToken cancellationToken)
    {
        double loss = 0;
        var (hits, total) = (0, 0);
        foreach (var rows in _heldOut)
        {
            var (tokens, labels) = RowBatch.Of(rows.Select(Row));
            var (sum, right) = SftObjective.Measure(model, adapter, tokens, labels, cancellationToken);
            (loss, hits, total) = (loss + sum, hits + right, total + SftObjective.SupervisedTokens(tokens, labels));
        }

        return total > 0
            ? new Measurement(loss / total, (double)hits / total)
            : throw new TrainingFailedException("no_supervised_tokens", $"None of the {_heldOut.Sum(rows => rows.Length)} held-out rows has a token that carries loss. Raise val_set_size, or remove eval_strategy.");
    }

    private List<int> Rows(ReadOnlySpan<int> items)
    {
        var rows = new List<int>();
        foreach (var item in items)
        {
            rows.AddRange(_items[item]);
        }

        // Equal lengths lie together, so that they share operations.
        return [.. rows.OrderBy(Length)];
    }

    // As many rows to a batch as training has, so that measuring needs no more memory.
    private List<int[]> Batches(HashSet<int> heldOut, TrainingConfig config)
    {
        List<int[]> batches = [];
        List<int> batch = [];
        foreach (var row in heldOut.OrderBy(Length).ThenBy(row => row))
        {
            var full = config.PerDeviceTrainBatchSize is { } most ? batch.Count == most : batch.Sum(Length) + Length(row) > config.TokensPerBatch;
            if (full && batch.Count > 0)
            {
                batches.Add([.. batch]);
                batch.Clear();
            }

            batch.Add(row);
        }

        return batch.Count == 0 ? batches : [.. batches, [.. batch]];
    }

    private int Length(int row) => _shard.Ids(row).Length;

    private TokenRow Row(int row) => new(_shard.Ids(row).ToArray(), _shard.RowLabels(row).ToArray());
}
