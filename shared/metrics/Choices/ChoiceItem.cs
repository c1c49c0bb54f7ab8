namespace LoraMesh.Metrics.Choices;

/// <summary>One multiple-choice question as a model answered it.</summary>
/// <param name="LogLikelihoods">Natural logarithm of each choice's probability after the question.</param>
/// <param name="Choices">The choices' texts, without the delimiter before them.</param>
/// <param name="Gold">Numbers of the right choices, from 0; one that is out of range is never hit.</param>
public sealed record ChoiceItem(IReadOnlyList<double> LogLikelihoods, IReadOnlyList<string> Choices, IReadOnlyList<int> Gold)
{
    /// <summary>Log-likelihoods of the choices alone, without the question; null where they were not measured.</summary>
    public IReadOnlyList<double>? Unconditional { get; init; }

    /// <summary>Whether each choice is what greedy decoding says; null where that is not known.</summary>
    public IReadOnlyList<bool>? IsGreedy { get; init; }
}
