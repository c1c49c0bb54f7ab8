namespace LoraMesh.Control.Api;

/// <summary>Reads another stream forwards, and throws <see cref="BodyTooLargeException"/> where it goes beyond its limit.</summary>
public sealed class BoundedStream(Stream source, long limit) : ForwardStream(source)
{
    /// <inheritdoc />
    protected override void Look(long total)
    {
        if (total > limit)
        {
            throw new BodyTooLargeException(limit);
        }
    }
}
