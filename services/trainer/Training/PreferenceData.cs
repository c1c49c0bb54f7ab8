using LoraMesh.Contracts;
using LoraMesh.Formats;
using LoraMesh.Model;

namespace LoraMesh.Trainer.Training;

/// <summary>Pairs of answers, of which the better one is to become likelier than the other (DPO).</summary>
public sealed class PreferenceData : TrainingData
{
    private readonly IReadOnlyList<PreferencePair> _all;
    private readonly PreferencePair[] _pairs;
    private readonly PreferencePair[] _heldOut;

    /// <summary>Takes pairs, but for those that are to be measured.</summary>
    /// <param name="pairs">The pairs.</param>
    /// <param name="config">How to train; without <c>per_device_train_batch_size</c> one pair makes a micro-batch.</param>
    /// <exception cref="TrainingFailedException">Holding pairs out leaves none.</exception>
    public PreferenceData(IReadOnlyList<PreferencePair> pairs, TrainingConfig config)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentNullException.ThrowIfNull(config);
        _all = pairs;
        ItemsPerMicroBatch = config.PerDeviceTrainBatchSize ?? 1;
        var heldOut = HeldOut.Choose(pairs.Count, pair => pairs[pair].Chosen, config);
        _pairs = [.. pairs.Where((_, pair) => !heldOut.Contains(pair))];
        _heldOut = [.. pairs.Where((_, pair) => heldOut.Contains(pair))];
    }

    internal override int Items => _pairs.Length;

    internal override int ItemsPerMicroBatch { get; }

    internal override bool IsSupervised => _all.Any(pair => pair.Chosen.Labels.Concat(pair.Rejected.Labels).Any(label => label != TokenShard.IgnoreIndex));

    internal override int HighestId => _all.Max(pair => Math.Max(Highest(pair.Chosen), Highest(pair.Rejected)));

    internal override string Sha256 => field ??= DataDigest.Of(_pairs.Concat(_heldOut).SelectMany(pair => new[] { pair.Chosen.Ids, pair.Chosen.Labels, pair.Rejected.Ids, pair.Rejected.Labels }), [_pairs.Length]);

    internal override Preflight Look() => Preflight.Of(_all.SelectMany(pair => new[] { pair.Chosen.Labels, pair.Rejected.Labels }));

    internal override TokenRow Sample => _all[0].Chosen;

    internal override int Count(ReadOnlySpan<int> items) => items.Length;

    internal override MicroReport AddGradients(CausalLm model, LoraAdapter adapter, ReadOnlySpan<int> items, int total, TrainingConfig config, int split, Func<int, PassOptions> options)
    {
        List<DpoReport> reports = [];
        var count = 0;
        foreach (var (part, pairs) in Parts(Array.ConvertAll(items.ToArray(), item => _pairs[item]), split, Length).Index())
        {
            var (tokens, labels) = Batch(pairs);
            reports.Add(DpoObjective.AddGradients(model, adapter, tokens, labels, Loss(config), total, options(part)));
            count += tokens.Tokens;
        }

        return new MicroReport(reports.Sum(report => report.Loss), count, DpoReport.Join(reports));
    }

    internal override IReadOnlyList<int> LargestMicroBatch(int split)
    {
        PreferencePair[] largest = [.. _pairs.OrderByDescending(Length).Take(ItemsPerMicroBatch)];
        var part = Parts(largest, split, Length).MaxBy(pairs => pairs.Sum(Length))!;
        return [.. part.Select(pair => pair.Chosen.Ids.Length), .. part.Select(pair => pair.Rejected.Ids.Length)];
    }

    internal override int FewestSegments => 2;

    internal override Measurement Measure(CausalLm model, LoraAdapter adapter, TrainingConfig config, CancellationToken cancellationToken)
    {
        double loss = 0, margins = 0;
        var right = 0;
        foreach (var pairs in _heldOut.Chunk(ItemsPerMicroBatch))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (tokens, labels) = Batch(pairs);
            var report = DpoObjective.Measure(model, adapter, tokens, labels, Loss(config));
            var rewards = report.Rewards;
            loss += report.Loss;
            for (var pair = 0; pair < pairs.Length; pair++)
            {
                var margin = rewards[pair] - rewards[pair + pairs.Length];
                margins += margin;
                right += margin > 0 ? 1 : 0;
            }
        }

        return new Measurement(loss / _heldOut.Length, RewardsAccuracies: (double)right / _heldOut.Length, RewardsMargins: margins / _heldOut.Length);
    }

    private static (TokenBatch Tokens, int[] Labels) Batch(PreferencePair[] pairs) => RowBatch.Of(pairs.Select(pair => pair.Chosen).Concat(pairs.Select(pair => pair.Rejected)));

    private static DpoOptions Loss(TrainingConfig config) => new() { Beta = config.Beta ?? 0.1, LossType = config.LossType ?? "sigmoid", LabelSmoothing = config.LabelSmoothing };

    private static int Length(PreferencePair pair) => pair.Chosen.Ids.Length + pair.Rejected.Ids.Length;

    private static int Highest(TokenRow row) => Math.Max(row.Ids.Max(), row.Labels.Max());
}
