using LoraMesh.AllInOne.Commands;
using LoraMesh.CommandLine;

namespace LoraMesh.AllInOne;

/// <summary>The command line <c>loramesh</c>.</summary>
public sealed class Program
{
    /// <summary>Carries out one command.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static Task<int> Main(string[] args) => CommandRunner.RunAsync(args, CommandTree.Create);
}
