namespace LoraMesh.Metrics;

/// <summary>A figure cannot be computed of these rows; the message says of which and why.</summary>
public sealed class MetricException(string message) : Exception(message);
