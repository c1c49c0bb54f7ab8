namespace LoraMesh.Evaluator.Hooks;

/// <summary>One answer as a hook gets it.</summary>
/// <param name="Question">Text of the last user turn.</param>
/// <param name="Reference">The reference answer.</param>
/// <param name="Prediction">The answer.</param>
internal sealed record HookRow(string Question, string Reference, string Prediction);
