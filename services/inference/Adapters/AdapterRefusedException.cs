namespace LoraMesh.Inference.Adapters;

/// <summary>An adapter must not be served; the message says why.</summary>
public sealed class AdapterRefusedException(string project, int version, string reason, Exception? cause = null)
    : Exception($"Adapter {project}@{version} is refused: {reason}", cause)
{
    /// <summary>The reason alone.</summary>
    public string Reason { get; } = reason;
}
