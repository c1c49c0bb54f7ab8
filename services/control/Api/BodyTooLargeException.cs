namespace LoraMesh.Control.Api;

/// <summary>A body went on after its limit.</summary>
public sealed class BodyTooLargeException(long limit) : IOException($"The body has more than {limit} bytes.");
