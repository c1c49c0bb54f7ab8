namespace LoraMesh.Text;

/// <summary>What the assistant said cannot be told from the rest of a rendered conversation; the message names the reason.</summary>
public sealed class AssistantSpanException : Exception
{
    /// <summary>Creates the error with the message at fault, the reason and what to do.</summary>
    public AssistantSpanException(string message)
        : base(message)
    {
    }
}
