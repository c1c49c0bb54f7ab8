namespace LoraMesh.Storage;

/// <summary>In which state a blob must be for a write to happen. The default asks nothing.</summary>
/// <param name="MustBeAbsent">The write happens only where there is no blob yet (If-None-Match: *).</param>
/// <param name="MustMatchETag">The write happens only where the blob has this ETag (If-Match).</param>
public readonly record struct PutCondition(bool MustBeAbsent, string? MustMatchETag)
{
    /// <summary>Only where there is no blob yet.</summary>
    public static PutCondition IfAbsent { get; } = new(true, null);

    /// <summary>Only where the blob is still the one with this ETag.</summary>
    public static PutCondition IfMatch(string etag) => new(false, etag);
}
