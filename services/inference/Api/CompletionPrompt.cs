namespace LoraMesh.Inference.Api;

/// <summary>One prompt of a text completion.</summary>
/// <param name="Text">The text; null where the client sent ids.</param>
/// <param name="Ids">Token ids; null where the client sent text.</param>
public sealed record CompletionPrompt(string? Text, IReadOnlyList<int>? Ids);
