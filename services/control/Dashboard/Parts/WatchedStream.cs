using LoraMesh.Control.Api;

namespace LoraMesh.Control.Dashboard.Parts;

/// <summary>Reads another stream forwards, and tells after each read how many bytes came so far.</summary>
internal sealed class WatchedStream(Stream source, Action<long> told) : ForwardStream(source)
{
    /// <inheritdoc />
    protected override void Look(long total) => told(total);
}
