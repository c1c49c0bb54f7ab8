using System.ComponentModel.DataAnnotations;
using LoraMesh.Evaluator.Hooks;

namespace LoraMesh.Evaluator;

/// <summary>Settings of the evaluator.</summary>
public sealed class EvaluatorOptions : IValidatableObject
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Evaluator";

    /// <summary>Threads within one tensor operation; null for one per processor.</summary>
    [Range(1, 1024)]
    public int? Threads { get; set; }

    /// <summary>Figures that programs or addresses compute, by name; none by default.</summary>
    public Dictionary<string, MetricHookOptions> Hooks { get; set; } = [];

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => Hooks.SelectMany(hook => hook.Value.Problems(hook.Key, nameof(Hooks)));
}
