namespace LoraMesh.Inference.Tools;

/// <summary>How calls are found in the answers to a request.</summary>
/// <param name="Format">How the model writes them.</param>
/// <param name="Use">What the request asks for.</param>
public sealed record ToolAnswer(ToolFormat Format, ToolUse Use)
{
    /// <summary>Whether the opening of the calls goes into the prompt: where it is one special token, no answer could be held to it.</summary>
    public bool IsOpened => Use.IsForced && Format.IsArray;

    /// <summary>A reader for one answer.</summary>
    public ToolCallReader NewReader() => new(Format, IsOpened);
}
