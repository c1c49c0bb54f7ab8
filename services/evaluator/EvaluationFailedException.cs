namespace LoraMesh.Evaluator;

/// <summary>The evaluation cannot be made with these inputs; a verdict, not a fault of the machine.</summary>
public sealed class EvaluationFailedException(string code, string message) : Exception(message)
{
    /// <summary>A stable word for programs.</summary>
    public string Code { get; } = code;
}
