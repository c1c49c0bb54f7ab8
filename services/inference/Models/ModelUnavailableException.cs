namespace LoraMesh.Inference.Models;

/// <summary>The model is known and cannot answer at the moment; the message says why.</summary>
public sealed class ModelUnavailableException(string message, Exception? cause = null) : Exception(message, cause);
