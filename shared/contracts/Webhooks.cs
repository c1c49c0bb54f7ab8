namespace LoraMesh.Contracts;

/// <summary>Body of a webhook's delivery.</summary>
public sealed record WebhookEvent
{
    /// <summary>What happened, a stable word of the audit trail such as <c>adapter_promoted</c>; <c>test</c> for a test.</summary>
    public required string Event { get; init; }

    /// <summary>When (UTC).</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The project; empty where it concerns none.</summary>
    public required string Project { get; init; }

    /// <summary>The run, where it concerns one.</summary>
    public string? Run { get; init; }

    /// <summary>The version, where it concerns one.</summary>
    public int? Version { get; init; }

    /// <summary>Who.</summary>
    public required string Who { get; init; }

    /// <summary>Why, in one sentence.</summary>
    public required string Why { get; init; }
}

/// <summary>The webhooks, ordered by name.</summary>
public sealed record WebhookList
{
    /// <summary>The webhooks.</summary>
    public required IReadOnlyList<WebhookView> Data { get; init; }
}

/// <summary>A webhook as the API shows it.</summary>
public sealed record WebhookView
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its address, without what may be a secret.</summary>
    public required string Url { get; init; }

    /// <summary>The events that it wants, apart by commas; empty for all.</summary>
    public required string Events { get; init; }

    /// <summary>Entries of the audit trail that it has not heard of yet.</summary>
    public required long Behind { get; init; }

    /// <summary>How often the next delivery failed.</summary>
    public required int Failures { get; init; }

    /// <summary>What came of the newest try.</summary>
    public string? LastResult { get; init; }
}

/// <summary>What came of a test delivery.</summary>
public sealed record WebhookTest
{
    /// <summary>The webhook.</summary>
    public required string Name { get; init; }

    /// <summary>Whether the receiver took it.</summary>
    public required bool Taken { get; init; }

    /// <summary>The status code, or why there is none.</summary>
    public required string Result { get; init; }
}
