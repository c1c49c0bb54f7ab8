namespace LoraMesh.Text;

/// <summary>One turn of a conversation that has plain text and nothing else.</summary>
public sealed record ChatMessage
{
    /// <summary>Who speaks: system, user, assistant, tool or whatever else the template knows.</summary>
    public required string Role { get; init; }

    /// <summary>What was said.</summary>
    public required string Content { get; init; }
}
