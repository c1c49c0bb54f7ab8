namespace LoraMesh.Trainer.Training;

/// <summary>Training cannot succeed with this data and configuration; a verdict, not a fault of the machine.</summary>
public sealed class TrainingFailedException(string code, string message) : Exception(message)
{
    /// <summary>A stable word for programs.</summary>
    public string Code { get; } = code;
}
