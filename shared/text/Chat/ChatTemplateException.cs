namespace LoraMesh.Text;

/// <summary>A chat template is malformed, fails on these messages, raises an error itself, or exceeds a limit.</summary>
public sealed class ChatTemplateException : Exception
{
    /// <summary>Creates the error.</summary>
    /// <param name="line">The template's line, counted from 1; 0 where no line applies.</param>
    /// <param name="message">What is wrong, without the line.</param>
    /// <param name="raisedByTemplate">Whether the template itself raised it by <c>raise_exception</c>.</param>
    public ChatTemplateException(int line, string message, bool raisedByTemplate = false)
        : base(line > 0 ? $"Chat template, line {line}: {message}" : $"Chat template: {message}")
    {
        Line = line;
        Reason = message;
        RaisedByTemplate = raisedByTemplate;
    }

    /// <summary>The template's line, counted from 1; 0 where no line applies.</summary>
    public int Line { get; }

    /// <summary>What is wrong, without the line.</summary>
    public string Reason { get; }

    /// <summary>Whether the template itself raised it by <c>raise_exception</c>; then <see cref="Reason"/> is its text.</summary>
    public bool RaisedByTemplate { get; }
}
