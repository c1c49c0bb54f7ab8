namespace LoraMesh.Inference.Engine;

/// <summary>The engine could not finish a request; it goes on with the others.</summary>
public sealed class EngineFailedException(string message, Exception? cause = null)
    : InvalidOperationException(message, cause);
