namespace LoraMesh.Control.Registry;

/// <summary>The database cannot be used; the message says why and what to do.</summary>
public sealed class RegistryException(string message, Exception? cause = null) : Exception(message, cause);
