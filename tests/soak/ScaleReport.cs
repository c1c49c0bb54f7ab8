namespace LoraMesh.Soak;

/// <summary>Trained adapters an hour.</summary>
/// <param name="Jobs">Trainings measured.</param>
/// <param name="Processors">Processors of the machine, shared by all services, broker and store.</param>
/// <param name="JobsPerHourOfOneTrainer">With one trainer.</param>
/// <param name="JobsPerHourOfThreeTrainers">With three.</param>
public sealed record ScaleReport(int Jobs, int Processors, double JobsPerHourOfOneTrainer, double JobsPerHourOfThreeTrainers);
