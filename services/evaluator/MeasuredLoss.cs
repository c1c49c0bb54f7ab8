namespace LoraMesh.Evaluator;

/// <summary>Losses on some rows.</summary>
public sealed record MeasuredLoss
{
    /// <summary>Rows.</summary>
    public required int Rows { get; init; }

    /// <summary>Tokens, those without loss included.</summary>
    public required long Tokens { get; init; }

    /// <summary>Tokens that carry loss and that some token before them predicts.</summary>
    public required long SupervisedTokens { get; init; }

    /// <summary>Mean loss of the base alone, in nats per supervised token.</summary>
    public required double BaseLoss { get; init; }

    /// <summary>The same under the adapter; null where there is none.</summary>
    public double? AdapterLoss { get; init; }
}
