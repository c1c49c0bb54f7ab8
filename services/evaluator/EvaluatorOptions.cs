using System.ComponentModel.DataAnnotations;

namespace LoraMesh.Evaluator;

/// <summary>Settings of the evaluator.</summary>
public sealed class EvaluatorOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Evaluator";

    /// <summary>Threads within one tensor operation; null for one per processor.</summary>
    [Range(1, 1024)]
    public int? Threads { get; set; }
}
