namespace LoraMesh.Model;

/// <summary>
/// Learning rates by step as transformers' <c>get_scheduler</c> gives them, with the order of its operations. <c>constant</c>
/// knows no warm-up; every other course rises from 0 first.
/// </summary>
/// <param name="Type">One of <see cref="Types"/>.</param>
/// <param name="Peak">Highest rate.</param>
/// <param name="WarmupSteps">Steps of the rise.</param>
/// <param name="TotalSteps">Steps in all.</param>
public sealed record LearningRateSchedule(string Type, double Peak, int WarmupSteps, int TotalSteps)
{
    private const double DefaultLrEnd = 1e-7;
    private const int DefaultTimescale = 10_000;

    /// <summary>Names that <see cref="Type"/> may have.</summary>
    public static IReadOnlyList<string> Types { get; } =
    [
        "constant", "constant_with_warmup", "cosine", "cosine_warmup_with_min_lr", "cosine_with_min_lr", "cosine_with_restarts",
        "inverse_sqrt", "linear", "polynomial", "warmup_stable_decay",
    ];

    /// <summary>What the course takes beside.</summary>
    public ScheduleOptions Options { get; init; } = new();

    /// <summary>Steps of a rise that is given as in transformers 5: a share of all steps below 1, else a number of steps.</summary>
    public static int WarmupOf(double warmup, int totalSteps) => warmup >= 1 ? (int)Math.Min(warmup, int.MaxValue) : (int)Math.Ceiling(totalSteps * warmup);

    /// <summary>The rate of a step.</summary>
    /// <param name="step">Counted from 0.</param>
    /// <exception cref="ArgumentException">The options do not suit the course.</exception>
    public double At(int step) => Peak * Factor(step);

    private double Factor(int step) => Type switch
    {
        "constant" => 1,
        "warmup_stable_decay" => WarmupStableDecay(step),
        "cosine_warmup_with_min_lr" => CosineWarmupWithMinimum(step),
        _ when step < WarmupSteps => (double)step / Math.Max(1, WarmupSteps),
        "constant_with_warmup" => 1,
        "linear" => Math.Max(0, (double)(TotalSteps - step) / Math.Max(1, TotalSteps - WarmupSteps)),
        "cosine" => Math.Max(0, Cosine(Share(step), Options.NumCycles ?? 0.5)),
        "cosine_with_min_lr" => Raised(Cosine(Share(step), Options.NumCycles ?? 0.5), MinimumShare()),
        "cosine_with_restarts" => Restarts(Share(step)),
        "polynomial" => Polynomial(step),
        "inverse_sqrt" => InverseSqrt(step),
        _ => throw new ArgumentException($"lr_scheduler_type is '{Type}'. Built: {string.Join(", ", Types)}."),
    };

    // How far the step is from the end of the rise to the end of training.
    private double Share(int step) => (double)(step - WarmupSteps) / Math.Max(1, TotalSteps - WarmupSteps);

    private static double Cosine(double share, double cycles) => 0.5 * (1 + Math.Cos(Math.PI * cycles * 2 * share));

    private static double Raised(double factor, double minimum) => Math.Max(0, factor * (1 - minimum) + minimum);

    private double Restarts(double share) => share >= 1
        ? 0
        : Math.Max(0, 0.5 * (1 + Math.Cos(Math.PI * ((Options.NumCycles ?? 1) * share % 1))));

    private double MinimumShare() => (Options.MinLr, Options.MinLrRate) switch
    {
        ({ } rate, null) => rate / Peak,
        (null, { } share) => share,
        _ => throw new ArgumentException($"{Type} takes either min_lr or min_lr_rate in lr_scheduler_kwargs; found {(Options.MinLr is null ? "neither" : "both")}."),
    };

    private double Polynomial(int step)
    {
        var end = Options.LrEnd ?? DefaultLrEnd;
        if (!(Peak > end))
        {
            throw new ArgumentException($"lr_scheduler_kwargs.lr_end is {end}; it must be below learning_rate, {Peak}.");
        }

        if (step > TotalSteps)
        {
            return end / Peak;
        }

        var remaining = 1 - (double)(step - WarmupSteps) / Math.Max(1, TotalSteps - WarmupSteps);
        return ((Peak - end) * Math.Pow(remaining, Options.Power ?? 1) + end) / Peak;
    }

    private double InverseSqrt(int step)
    {
        var scale = Options.Timescale ?? (WarmupSteps > 0 ? WarmupSteps : DefaultTimescale);
        return 1 / Math.Sqrt((double)(step + (scale - WarmupSteps)) / scale);
    }

    // Its rise does not begin at 0 and its fall ends one step earlier than that of the others.
    private double CosineWarmupWithMinimum(int step)
    {
        if (step < WarmupSteps)
        {
            return Options.WarmupLrRate is { } first
                ? first + (1 - first) * step / Math.Max(1, WarmupSteps - 1)
                : (step + 1.0) / Math.Max(1, WarmupSteps);
        }

        var share = (step - WarmupSteps + 1.0) / Math.Max(1, TotalSteps - WarmupSteps);
        return Raised(Cosine(share, Options.NumCycles ?? 0.5), MinimumShare());
    }

    private double WarmupStableDecay(int step)
    {
        var decay = Options.NumDecaySteps ?? throw new ArgumentException($"{Type} needs num_decay_steps in lr_scheduler_kwargs.");
        var stable = Options.NumStableSteps ?? TotalSteps - WarmupSteps - decay;
        var minimum = Options.MinLrRatio ?? 0;
        if (step < WarmupSteps)
        {
            var share = (double)step / Math.Max(1, WarmupSteps);
            return Raised(Options.WarmupType switch
            {
                null or "linear" => share,
                "cosine" => 0.5 * (1 - Math.Cos(Math.PI * share)),
                "1-sqrt" => 1 - Math.Sqrt(1 - share),
                var other => throw new ArgumentException($"lr_scheduler_kwargs.warmup_type is '{other}'; it must be linear, cosine or 1-sqrt."),
            }, minimum);
        }

        if (step < WarmupSteps + stable)
        {
            return 1;
        }

        if (step >= WarmupSteps + stable + decay)
        {
            return minimum;
        }

        var fallen = (double)(step - WarmupSteps - stable) / Math.Max(1, decay);
        return Raised(Options.DecayType switch
        {
            "linear" => 1 - fallen,
            null or "cosine" => Cosine(fallen, Options.NumCycles ?? 0.5),
            "1-sqrt" => 1 - Math.Sqrt(fallen),
            var other => throw new ArgumentException($"lr_scheduler_kwargs.decay_type is '{other}'; it must be linear, cosine or 1-sqrt."),
        }, minimum);
    }
}
