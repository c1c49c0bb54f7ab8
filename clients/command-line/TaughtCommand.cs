using System.CommandLine;

namespace LoraMesh.CommandLine;

/// <summary>A command whose help shows how it is used.</summary>
internal sealed class TaughtCommand(string name, string description) : Command(name, description)
{
    /// <summary>Command lines that work as they stand; shown in the help.</summary>
    public required IReadOnlyList<string> Examples { get; init; }
}
