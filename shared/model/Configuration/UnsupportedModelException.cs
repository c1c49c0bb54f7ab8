namespace LoraMesh.Model;

/// <summary>A base model or an adapter asks for something that is not built; it is refused, never approximated.</summary>
public sealed class UnsupportedModelException(string message) : Exception(message);
