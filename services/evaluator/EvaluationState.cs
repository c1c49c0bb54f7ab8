namespace LoraMesh.Evaluator;

/// <summary>What an evaluation has measured so far, so that another worker goes on where it stopped.</summary>
public sealed record EvaluationState
{
    /// <summary>What is evaluated by which settings; a state of anything else is worth nothing.</summary>
    public required string Identity { get; init; }

    /// <summary>Losses of held-out rows by contestant; null where there is none yet.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<double?>> Losses { get; init; }

    /// <summary>Answers by contestant, in the order of the rows; null where there is none yet.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<string?>> Answers { get; init; }
}
