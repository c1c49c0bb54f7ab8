namespace LoraMesh.CommandLine;

/// <summary>Ends a command with a message for the person who gave it.</summary>
/// <param name="exitCode">One of <see cref="ExitCode"/>.</param>
/// <param name="code">A stable word for programs.</param>
/// <param name="message">What is wrong, where, and what to do; one line.</param>
/// <param name="cause">What it came from, for the log.</param>
public class CommandException(int exitCode, string code, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>One of <see cref="LoraMesh.CommandLine.ExitCode"/>.</summary>
    public int ExitCode { get; } = exitCode;

    /// <summary>A stable word for programs.</summary>
    public string Code { get; } = code;
}
