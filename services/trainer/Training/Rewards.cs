namespace LoraMesh.Trainer.Training;

/// <summary>The figures that show how preference training goes, as TRL names them.</summary>
internal static class Rewards
{
    internal static StepReport AddTo(StepReport step, IReadOnlyList<MicroReport> micros)
    {
        List<double> chosen = [], rejected = [];
        foreach (var rewards in micros.Select(micro => micro.Preferences?.Rewards).OfType<IReadOnlyList<double>>())
        {
            chosen.AddRange(rewards.Take(rewards.Count / 2));
            rejected.AddRange(rewards.Skip(rewards.Count / 2));
        }

        return chosen.Count == 0 ? step : step with
        {
            RewardsChosen = chosen.Average(),
            RewardsRejected = rejected.Average(),
            RewardsAccuracies = chosen.Zip(rejected).Count(pair => pair.First > pair.Second) / (double)chosen.Count,
            RewardsMargins = chosen.Average() - rejected.Average(),
        };
    }
}
