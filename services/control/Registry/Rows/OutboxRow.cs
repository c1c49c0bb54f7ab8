namespace LoraMesh.Control.Registry.Rows;

/// <summary>Something to be done outside the database because of a change inside it; written with that change.</summary>
public sealed class OutboxRow
{
    /// <summary>Kind of a message to publish.</summary>
    public const string Publish = "publish";

    /// <summary>Kind of a small blob to write.</summary>
    public const string Put = "put";

    /// <summary>Kind of a small blob to remove.</summary>
    public const string Delete = "delete";

    /// <summary>Primary key; the order in which things are done.</summary>
    public required long Id { get; init; }

    /// <summary>Things of one lane are done in order; lanes do not wait for each other. The project.</summary>
    public required string Lane { get; init; }

    /// <summary>The run, where it concerns one.</summary>
    public string? RunId { get; init; }

    /// <summary><see cref="Publish"/>, <see cref="Put"/> or <see cref="Delete"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>Name of the message's type, or bucket and key of the blob.</summary>
    public required string Target { get; init; }

    /// <summary>The message or the blob as JSON.</summary>
    public required string Body { get; init; }

    /// <summary>Id of the message, the same each time it is published.</summary>
    public required Guid MessageId { get; init; }

    /// <summary>When it may be tried next.</summary>
    public required DateTimeOffset DueAt { get; set; }

    /// <summary>When it was done; null until then.</summary>
    public DateTimeOffset? SentAt { get; set; }

    /// <summary>How often it failed.</summary>
    public int Failures { get; set; }
}
