using LoraMesh.Text;

namespace LoraMesh.Inference.Models;

/// <summary>What an answer must look like, as a request asks for it.</summary>
/// <param name="Part">What is to be built.</param>
/// <param name="Key">Equal for requests that ask for the same: the request's own words.</param>
/// <param name="Param">The field that asks for it.</param>
public sealed record AnswerConstraint(ConstraintPart Part, string Key, string Param);
