namespace LoraMesh.Model;

/// <summary>Learning rates by step as transformers' schedulers give them: a linear rise from 0, then the named course.</summary>
/// <param name="Type"><c>linear</c>, <c>cosine</c> or <c>constant</c>.</param>
/// <param name="Peak">Highest rate.</param>
/// <param name="WarmupSteps">Steps of the rise.</param>
/// <param name="TotalSteps">Steps in all.</param>
public sealed record LearningRateSchedule(string Type, double Peak, int WarmupSteps, int TotalSteps)
{
    /// <summary>Names that <see cref="Type"/> may have.</summary>
    public static IReadOnlyList<string> Types { get; } = ["constant", "cosine", "linear"];

    /// <summary>The rate of a step.</summary>
    /// <param name="step">Counted from 0.</param>
    public double At(int step)
    {
        if (step < WarmupSteps)
        {
            return Peak * step / Math.Max(1, WarmupSteps);
        }

        var share = (double)(step - WarmupSteps) / Math.Max(1, TotalSteps - WarmupSteps);
        return Type switch
        {
            "constant" => Peak,
            "linear" => Peak * Math.Max(0, 1 - share),
            "cosine" => Peak * Math.Max(0, 0.5 * (1 + Math.Cos(Math.PI * share))),
            _ => throw new UnsupportedModelException($"lr_scheduler_type is '{Type}'. Built: {string.Join(", ", Types)}."),
        };
    }
}
