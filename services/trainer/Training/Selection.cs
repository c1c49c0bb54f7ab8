using LoraMesh.Contracts;

namespace LoraMesh.Trainer.Training;

/// <summary>A state worth keeping for the end.</summary>
/// <param name="Step">Optimiser steps done.</param>
/// <param name="Metric">The figure that it is the best by.</param>
/// <param name="Parameters">The adapter's numbers; null where only the figure counts.</param>
public sealed record BestState(int Step, double Metric, float[]? Parameters);

/// <summary>
/// When held-out rows are measured, which measurement is the best, and whether training ends early, as transformers' Trainer and
/// its <c>EarlyStoppingCallback</c> decide it.
/// </summary>
/// <param name="config">How to train.</param>
/// <param name="stepsPerEpoch">Optimiser steps of one pass over the data.</param>
/// <param name="totalSteps">Optimiser steps in all.</param>
internal sealed class Selection(TrainingConfig config, int stepsPerEpoch, int totalSteps)
{
    private readonly string _metric = MetricOf(config);
    private readonly int _every = config.EvalStrategy switch
    {
        null => 0,
        "epoch" => stepsPerEpoch,
        _ => config.EvalSteps is >= 1 and var steps ? (int)steps : Math.Max(1, (int)Math.Ceiling(totalSteps * (config.EvalSteps ?? 1))),
    };

    /// <summary>The best so far; null before the first measurement.</summary>
    internal BestState? Best { get; private set; }

    /// <summary>Measurements since the last gain.</summary>
    internal int WithoutGain { get; private set; }

    /// <summary>Whether it is time to stop.</summary>
    internal bool EndsEarly => WithoutGain >= config.EarlyStoppingPatience;

    /// <summary>The figure that the best is chosen by.</summary>
    internal static string MetricOf(TrainingConfig config) => config.MetricForBestModel ?? "eval_loss";

    /// <summary>Whether more of that figure is better.</summary>
    internal static bool GreaterIsBetter(TrainingConfig config) => config.GreaterIsBetter ?? !MetricOf(config).EndsWith("loss", StringComparison.Ordinal);

    /// <summary>Whether rows are measured after so many steps.</summary>
    internal bool IsDue(int step) => _every > 0 && (step % _every == 0 || step == totalSteps);

    /// <summary>Takes a measurement into account.</summary>
    /// <param name="step">Steps done.</param>
    /// <param name="measurement">The figures.</param>
    /// <param name="parameters">Copies the adapter's numbers.</param>
    internal void Judge(int step, Measurement measurement, Func<float[]> parameters)
    {
        var figure = measurement.Of(_metric);
        var better = Best is null || (GreaterIsBetter(config) ? figure > Best.Metric : figure < Best.Metric);
        var gains = Best is null || (better && Math.Abs(figure - Best.Metric) > config.EarlyStoppingThreshold);
        WithoutGain = gains ? 0 : WithoutGain + 1;
        if (better)
        {
            Best = new BestState(step, figure, config.LoadBestModelAtEnd ? parameters() : null);
        }
    }

    internal void Restore(TrainingState state) => (Best, WithoutGain) = (state.Best, state.EvaluationsWithoutGain);
}
