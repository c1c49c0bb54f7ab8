using LoraMesh.Contracts;
using LoraMesh.Formats;
using LoraMesh.Model;
using LoraMesh.Trainer.Training;

namespace LoraMesh.NumericsTests.Trainer;

/// <summary>Real data, but for one call of one micro-batch.</summary>
/// <param name="data">The data.</param>
/// <param name="call">Which call, counted from 0.</param>
/// <param name="happens">What happens there instead of its gradients.</param>
internal sealed class FailingData(TrainingData data, int call, Func<MicroReport> happens) : TrainingData
{
    private int _calls;

    internal override int Items => data.Items;

    internal override int ItemsPerMicroBatch => data.ItemsPerMicroBatch;

    internal override bool IsSupervised => data.IsSupervised;

    internal override int HighestId => data.HighestId;

    internal override string Sha256 => data.Sha256;

    internal override Preflight Look() => data.Look();

    internal override TokenRow Sample => data.Sample;

    internal override int Count(ReadOnlySpan<int> items) => data.Count(items);

    internal override MicroReport AddGradients(CausalLm model, LoraAdapter adapter, ReadOnlySpan<int> items, int total, TrainingConfig config, int split, Func<int, PassOptions> options)
    {
        if (_calls++ == call)
        {
            return happens();
        }

        return data.AddGradients(model, adapter, items, total, config, split, options);
    }

    internal override IReadOnlyList<int> LargestMicroBatch(int split) => data.LargestMicroBatch(split);

    internal override int FewestSegments => data.FewestSegments;

    internal override Measurement Measure(CausalLm model, LoraAdapter adapter, TrainingConfig config, CancellationToken cancellationToken) => data.Measure(model, adapter, config, cancellationToken);
}
