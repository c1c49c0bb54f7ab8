namespace LoraMesh.Control.Registry.Rows;

/// <summary>A message that was handled; a second delivery of it is skipped.</summary>
public sealed class InboxRow
{
    /// <summary>Id of the message; primary key.</summary>
    public required Guid MessageId { get; init; }

    /// <summary>When it was handled.</summary>
    public required DateTimeOffset At { get; init; }
}
