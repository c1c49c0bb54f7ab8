namespace LoraMesh.Contracts;

/// <summary>A message that no handler could bear, as it lies in <c>lm-quarantine/_messages/</c>.</summary>
public sealed record QuarantinedMessage
{
    /// <summary>Id by which it is shown, replayed and discarded: 16 hexadecimal digits over queue and content.</summary>
    public required string Id { get; init; }

    /// <summary>The queue that it was taken from.</summary>
    public required string Queue { get; init; }

    /// <summary>Its type on the wire, or null where its body cannot be read.</summary>
    public string? Type { get; init; }

    /// <summary>What the handler said last, in one line.</summary>
    public required string Error { get; init; }

    /// <summary>When it was first given up (UTC).</summary>
    public required DateTimeOffset FirstAt { get; init; }

    /// <summary>When it was last given up (UTC).</summary>
    public required DateTimeOffset LastAt { get; init; }

    /// <summary>How often it was given up; above 1 after a replay that helped nothing.</summary>
    public required int Count { get; init; }

    /// <summary>The message as it came; left out of lists.</summary>
    public string? Body { get; init; }
}

/// <summary>Messages in quarantine, ordered by id.</summary>
public sealed record QuarantineList
{
    /// <summary>The messages, without their bodies.</summary>
    public required IReadOnlyList<QuarantinedMessage> Data { get; init; }
}
