namespace LoraMesh.Inference.Engine;

/// <summary>Why a sequence ended.</summary>
public enum FinishReason
{
    /// <summary>An end token or a stop string came.</summary>
    Stop,

    /// <summary>The token limit or the end of the context was reached.</summary>
    Length,

    /// <summary>The answer calls tools; told from its text.</summary>
    ToolCalls,
}
