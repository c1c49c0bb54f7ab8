using LoraMesh.Contracts;

namespace LoraMesh.DatasetPrep.Problems;

/// <summary>Policies as a report tells what they did.</summary>
internal static class ProblemOutcomes
{
    public static string Of(ProblemPolicy policy) => policy switch
    {
        ProblemPolicy.Ignore or ProblemPolicy.Report => ProblemOutcome.Kept,
        ProblemPolicy.Repair => ProblemOutcome.Repaired,
        ProblemPolicy.Drop => ProblemOutcome.Dropped,
        _ => ProblemOutcome.Refused,
    };
}
