namespace LoraMesh.Inference.Engine;

/// <summary>As many requests as may wait are waiting already; this one was not taken.</summary>
public sealed class QueueFullException(int waiting)
    : InvalidOperationException($"{waiting} requests are waiting already, which is the most that may; try again in a moment.");
