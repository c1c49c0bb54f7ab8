namespace LoraMesh.Client;

/// <summary>A suite did not do what it was asked.</summary>
/// <param name="code">A stable word for programs.</param>
/// <param name="message">What is wrong, where, and what to do; one line.</param>
/// <param name="cause">What it came from.</param>
public class SuiteException(string code, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>A stable word for programs.</summary>
    public string Code { get; } = code;
}
