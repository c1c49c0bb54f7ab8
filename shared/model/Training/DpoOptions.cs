namespace LoraMesh.Model;

/// <summary>How preference pairs become a loss, under TRL's names.</summary>
public sealed record DpoOptions
{
    /// <summary>Names that <see cref="LossType"/> may have.</summary>
    public static IReadOnlyList<string> LossTypes { get; } = ["sigmoid", "hinge", "ipo"];

    /// <summary>How strongly the policy is held to the reference; above 0.</summary>
    public double Beta { get; init; } = 0.1;

    /// <summary>
    /// <c>sigmoid</c> (Rafailov et al., 2023, arXiv 2305.18290), <c>hinge</c> (Zhao et al., 2023, arXiv 2305.10425) or <c>ipo</c>
    /// (Azar et al., 2023, arXiv 2310.12036; log-probabilities per token there).
    /// </summary>
    public string LossType { get; init; } = "sigmoid";

    /// <summary>Share of pairs supposed to be the wrong way round (Mitchell, 2023); 0 up to 0.5; for <c>sigmoid</c> only.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>Loss of one pair and its slope.</summary>
    /// <param name="margin">How much more the policy prefers the chosen answer than the reference does.</param>
    /// <exception cref="ArgumentException">There is no such loss.</exception>
    internal (double Loss, double Slope) Of(double margin)
    {
        switch (LossType)
        {
            case "sigmoid":
                var (kept, turned) = (LogSigmoid(Beta * margin), LogSigmoid(-Beta * margin));
                // d(-ln σ(z))/dz = -σ(-z)
                return (-(1 - LabelSmoothing) * kept - LabelSmoothing * turned, Beta * (-(1 - LabelSmoothing) * Math.Exp(turned) + LabelSmoothing * Math.Exp(kept)));
            case "hinge":
                return Beta * margin < 1 ? (1 - Beta * margin, -Beta) : (0, 0);
            case "ipo":
                var distance = margin - 1 / (2 * Beta);
                return (distance * distance, 2 * distance);
            default:
                throw new ArgumentException($"loss_type is '{LossType}'. Built: {string.Join(", ", LossTypes)}.");
        }
    }

    private static double LogSigmoid(double z) => Math.Min(z, 0) - Math.Log(1 + Math.Exp(-Math.Abs(z)));
}
