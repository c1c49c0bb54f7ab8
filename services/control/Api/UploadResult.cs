using LoraMesh.Contracts;

namespace LoraMesh.Control.Api;

/// <summary>What became of an upload: exactly one of the two is there.</summary>
/// <param name="Receipt">Where it lies.</param>
/// <param name="Problem">Why it was refused.</param>
public sealed record UploadResult(DropReceipt? Receipt, UploadProblem? Problem)
{
    /// <summary>A refusal as a result.</summary>
    public static implicit operator UploadResult(UploadProblem problem) => new(null, problem);
}

/// <summary>Why an upload was refused.</summary>
/// <param name="Status">HTTP status of it.</param>
/// <param name="Message">What is wrong, and what to do.</param>
/// <param name="Param">The parameter meant.</param>
/// <param name="Code">A stable word.</param>
public sealed record UploadProblem(int Status, string Message, string Param, string Code);
