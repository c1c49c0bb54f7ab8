namespace LoraMesh.Hosting.Configuration;

/// <summary>One thing wrong with a configuration file.</summary>
/// <param name="Line">1-based line.</param>
/// <param name="Column">1-based column.</param>
/// <param name="Key">The key with its sections, such as <c>training.learning_rate</c>; empty where the whole file is meant.</param>
/// <param name="Message">What was found, what is allowed, what to do.</param>
public sealed record ConfigProblem(int Line, int Column, string Key, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => Key.Length == 0
        ? $"line {Line}, column {Column}: {Message}"
        : $"line {Line}, column {Column}, {Key}: {Message}";
}
