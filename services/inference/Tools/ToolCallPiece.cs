namespace LoraMesh.Inference.Tools;

/// <summary>The next piece of an answer that may call tools.</summary>
/// <param name="Text">Plain text, or a further piece of the arguments of the call.</param>
/// <param name="Call">Which call, counted from 0; -1 for plain text.</param>
/// <param name="Id">Id of the call, with its first piece only.</param>
/// <param name="Name">Name of the function, with its first piece only.</param>
public readonly record struct ToolCallPiece(string Text, int Call = -1, string? Id = null, string? Name = null);
