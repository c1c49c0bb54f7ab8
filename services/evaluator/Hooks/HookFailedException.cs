namespace LoraMesh.Evaluator.Hooks;

/// <summary>A hook did not give a number for every row; the message says what it did instead.</summary>
internal sealed class HookFailedException(string message) : Exception(message);
