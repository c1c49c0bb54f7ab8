using LoraMesh.Contracts;
using LoraMesh.Formats;
using LoraMesh.Model;

namespace LoraMesh.Trainer.Training;

/// <summary>Pairs of answers, of which the better one is to become likelier than the other (DPO).</summary>
/// <param name="pairs">The pairs.</param>
/// <param name="config">How to train; without <c>per_device_train_batch_size</c> one pair makes a micro-batch.</param>
public sealed class PreferenceData(IReadOnlyList<PreferencePair> pairs, TrainingConfig config) : TrainingData
{
    internal override int Items => pairs.Count;

    internal override int ItemsPerMicroBatch { get; } = config.PerDeviceTrainBatchSize ?? 1;

    internal override bool IsSupervised => pairs.Any(pair => pair.Chosen.Labels.Concat(pair.Rejected.Labels).Any(label => label != TokenShard.IgnoreIndex));

    internal override int HighestId => pairs.Max(pair => Math.Max(Highest(pair.Chosen), Highest(pair.Rejected)));

    internal override string Sha256 => field ??= DataDigest.Of(pairs.SelectMany(pair => new[] { pair.Chosen.Ids, pair.Chosen.Labels, pair.Rejected.Ids, pair.Rejected.Labels }), []);

    internal override TokenRow Sample => pairs[0].Chosen;

    internal override int Count(ReadOnlySpan<int> items) => items.Length;

    internal override MicroReport AddGradients(CausalLm model, LoraAdapter adapter, ReadOnlySpan<int> items, int total, TrainingConfig config, PassOptions options)
    {
        var taken = Array.ConvertAll(items.ToArray(), item => pairs[item]);
        var (tokens, labels) = RowBatch.Of(taken.Select(pair => pair.Chosen).Concat(taken.Select(pair => pair.Rejected)));
        var loss = new DpoOptions { Beta = config.Beta ?? 0.1, LossType = config.LossType ?? "sigmoid", LabelSmoothing = config.LabelSmoothing };
        var report = DpoObjective.AddGradients(model, adapter, tokens, labels, loss, total, options);
        return new MicroReport(report.Loss, tokens.Tokens, report);
    }

    private static int Highest(TokenRow row) => Math.Max(row.Ids.Max(), row.Labels.Max());
}
