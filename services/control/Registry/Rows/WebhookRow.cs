namespace LoraMesh.Control.Registry.Rows;

/// <summary>How far a webhook has heard of the audit trail.</summary>
public sealed class WebhookRow
{
    /// <summary>Name of the hook; primary key.</summary>
    public required string Name { get; init; }

    /// <summary>Id of the newest audit row that it has heard of or need not hear of.</summary>
    public required long Heard { get; set; }

    /// <summary>How often the next delivery failed.</summary>
    public int Failures { get; set; }

    /// <summary>When it may be tried next.</summary>
    public required DateTimeOffset DueAt { get; set; }

    /// <summary>What came of the newest try, such as <c>200</c> or a reason.</summary>
    public string? LastResult { get; set; }
}
