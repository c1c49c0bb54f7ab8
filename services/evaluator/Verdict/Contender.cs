using LoraMesh.Contracts;

namespace LoraMesh.Evaluator.Verdict;

/// <summary>One of those that are compared, as a report holds it.</summary>
/// <param name="Name"><c>base</c>, <c>candidate</c> or <c>champion</c>.</param>
/// <param name="Figures">Loss and exact match.</param>
/// <param name="Losses">Loss of every held-out row; null where the report has none.</param>
/// <param name="Answer">Its answer to a row.</param>
internal sealed record Contender(string Name, Figures Figures, IReadOnlyList<double>? Losses, Func<EvaluatedRow, string> Answer);
