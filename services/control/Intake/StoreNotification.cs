using System.Text.Json.Serialization;

namespace LoraMesh.Control.Intake;

// Stores differ in everything but these fields: sizes come as text or number, names with or without a prefix. What is
// not needed is not read, so that a new dialect cannot fail on it.

/// <summary>A store's own message about its objects, in the form of S3's bucket notifications.</summary>
public sealed record StoreNotification
{
    /// <summary>One entry an object; null where the message is only a test.</summary>
    public IReadOnlyList<StoreRecord>? Records { get; init; }
}

/// <summary>What happened to one object.</summary>
public sealed record StoreRecord
{
    /// <summary>Which store speaks, such as <c>minio:s3</c>.</summary>
    public string? EventSource { get; init; }

    /// <summary>What happened, such as <c>s3:ObjectCreated:Put</c> or <c>ObjectCreated:Put</c>.</summary>
    public string? EventName { get; init; }

    /// <summary>To which object.</summary>
    public StoreEntity? S3 { get; init; }
}

/// <summary>Bucket and object of a record.</summary>
public sealed record StoreEntity
{
    /// <summary>The bucket.</summary>
    public StoreBucket? Bucket { get; init; }

    /// <summary>The object.</summary>
    [JsonPropertyName("object")]
    public StoreObject? Item { get; init; }
}

/// <summary>A bucket of a record.</summary>
public sealed record StoreBucket
{
    /// <summary>Its name.</summary>
    public string? Name { get; init; }
}

/// <summary>An object of a record.</summary>
public sealed record StoreObject
{
    /// <summary>Its key as the store writes it.</summary>
    public string? Key { get; init; }
}
