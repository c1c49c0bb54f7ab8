namespace LoraMesh.DatasetPrep.Rows;

/// <summary>One message of a conversation.</summary>
internal sealed record Turn
{
    /// <summary>system, user, assistant or tool.</summary>
    public required string Role { get; init; }

    /// <summary>What is said; empty where an assistant only calls functions.</summary>
    public required string Content { get; init; }

    /// <summary>The speaker's or the function's name; null where none is given.</summary>
    public string? Name { get; init; }

    /// <summary>Which call a tool's message answers; null where none is named.</summary>
    public string? ToolCallId { get; init; }

    /// <summary>What an assistant thinks before it answers; null where nothing is given.</summary>
    public string? Reasoning { get; init; }

    /// <summary>The functions that an assistant calls.</summary>
    public IReadOnlyList<ToolCall> ToolCalls { get; init; } = [];
}

/// <summary>One call of a function.</summary>
/// <param name="Id">Its id, by which the result refers to it; null where none is given.</param>
/// <param name="Name">The function.</param>
/// <param name="Arguments">A canonical JSON object.</param>
internal sealed record ToolCall(string? Id, string Name, string Arguments);
