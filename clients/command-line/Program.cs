namespace LoraMesh.CommandLine;

/// <summary>The command line of a suite elsewhere: small, without the services and without libtorch.</summary>
public sealed class Program
{
    private const string About = "loramesh speaks to a running LoraMesh suite: name it with --url or LORAMESH_URL, and give a key in LORAMESH_API_KEY. Start with: loramesh runs";

    /// <summary>Carries out one command.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static Task<int> Main(string[] args) => CommandRunner.RunAsync(args, screen => CommandRoot.Create(About, CommandRoot.SuiteCommands(screen)));
}
