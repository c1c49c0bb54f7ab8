namespace LoraMesh.Trainer.Training;

/// <summary>What held-out rows say of an adapter, under transformers' and TRL's names.</summary>
/// <param name="Loss"><c>eval_loss</c>: mean loss per supervised token, or per pair.</param>
/// <param name="MeanTokenAccuracy"><c>eval_mean_token_accuracy</c>: share of supervised tokens that are the likeliest; null for pairs.</param>
/// <param name="RewardsAccuracies"><c>eval_rewards/accuracies</c>: share of pairs whose chosen answer has the higher reward; null for rows.</param>
/// <param name="RewardsMargins"><c>eval_rewards/margins</c>: mean difference of rewards; null for rows.</param>
public sealed record Measurement(double Loss, double? MeanTokenAccuracy = null, double? RewardsAccuracies = null, double? RewardsMargins = null)
{
    /// <summary>The figure of a name.</summary>
    /// <exception cref="TrainingFailedException">These data have no such figure.</exception>
    internal double Of(string name) => (name switch
    {
        "eval_mean_token_accuracy" => MeanTokenAccuracy,
        "eval_rewards/accuracies" => RewardsAccuracies,
        "eval_rewards/margins" => RewardsMargins,
        _ => Loss,
    }) ?? throw new TrainingFailedException("metric_not_measured", $"metric_for_best_model is {name}, which {(RewardsMargins is null ? "rows without preferences do" : "preference pairs do")} not have. Use eval_loss, {(RewardsMargins is null ? "or eval_mean_token_accuracy" : "eval_rewards/accuracies or eval_rewards/margins")}.");
}
