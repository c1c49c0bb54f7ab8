namespace LoraMesh.Contracts;

/// <summary>A store reports that an object was written. A hint only: the listing of the inbox is the truth.</summary>
public sealed record ObjectCreated
{
    /// <summary>Bucket of the object.</summary>
    public required string Bucket { get; init; }

    /// <summary>Key of the object, unescaped.</summary>
    public required string Key { get; init; }
}

/// <summary>Someone with a name ended a run; whoever works for it stops within ten seconds.</summary>
public sealed record RunCancelled
{
    /// <summary>The run.</summary>
    public required string RunId { get; init; }

    /// <summary>Why, for the person who looks later.</summary>
    public required string Reason { get; init; }
}
