using System.Text.Json;
using System.Text.Json.Serialization;
using LoraMesh.Contracts;

namespace LoraMesh.Trainer.Training;

/// <summary>One optimiser step as it went; a line of <c>metrics.jsonl</c>.</summary>
public sealed record StepReport
{
    /// <summary>Steps done, this one included.</summary>
    public required int Step { get; init; }

    /// <summary>Steps in all.</summary>
    public required int TotalSteps { get; init; }

    /// <summary>Passes over the data so far, parts of one included.</summary>
    public required double Epoch { get; init; }

    /// <summary>Mean loss per supervised token, in nats, or per preference pair.</summary>
    public required double Loss { get; init; }

    /// <summary>Rate of the step.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Norm before clipping.</summary>
    public required double GradNorm { get; init; }

    /// <summary>What the loss was divided by: supervised tokens, or pairs.</summary>
    public required int NumItems { get; init; }

    /// <summary>Share of the loss of each micro-batch.</summary>
    public required IReadOnlyList<double> MicroLosses { get; init; }

    /// <summary>Tokens of the step.</summary>
    public required int Tokens { get; init; }

    /// <summary>Step, counted from 0, whose figures were no numbers, after the training has gone back from it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? WentBackFrom { get; init; }

    /// <summary>What held-out rows say after the step, where they were measured.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Measurement? Eval { get; init; }

    /// <summary>Mean reward of chosen answers, where preferences are trained.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? RewardsChosen { get; init; }

    /// <summary>Mean reward of rejected answers.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? RewardsRejected { get; init; }

    /// <summary>Share of pairs whose chosen answer has the higher reward.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? RewardsAccuracies { get; init; }

    /// <summary>Mean difference of the two.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? RewardsMargins { get; init; }

    /// <summary>The loss that a line of metrics tells.</summary>
    internal static double LossOf(string line)
    {
        using var parsed = JsonDocument.Parse(line);
        return parsed.RootElement.GetProperty("loss").GetDouble();
    }

    /// <summary>Reads <see cref="ToJson"/>.</summary>
    internal static StepReport Parse(string line) => JsonSerializer.Deserialize<StepReport>(line, ContractsJson.Options)!;

    /// <summary>The step as one line of JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ContractsJson.Options);
}
