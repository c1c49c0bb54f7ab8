using System.CommandLine;
using System.CommandLine.Invocation;
using System.Globalization;
using System.Net;
using LoraMesh.Client;
using LoraMesh.CommandLine.Display;

namespace LoraMesh.CommandLine;

/// <summary>Carries out one command line: every end is an exit code and, where something is wrong, one line that says what to do.</summary>
public static class CommandRunner
{
    // A job checkpoints and gives its lease back before the process goes.
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(40);

    /// <summary>Carries it out.</summary>
    /// <param name="args">The words after the program's name.</param>
    /// <param name="tree">Makes the commands, which write to the given screen.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] args, Func<Screen, RootCommand> tree)
    {
        ArgumentNullException.ThrowIfNull(tree);
        var screen = Screen.OfProcess(json: args.Contains("--json", StringComparer.Ordinal));
        try
        {
            var parsed = tree(screen).Parse(args);
            if (parsed.Action is ParseErrorAction)
            {
                return screen.Fail(ExitCode.WrongCommand, "wrong_command", Describe(parsed));
            }

            var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = StopTime };
            return await parsed.InvokeAsync(configuration);
        }
        catch (CommandException failure)
        {
            return screen.Fail(failure);
        }
        catch (SuiteException failure)
        {
            return screen.Fail(ExitCodeOf(failure), failure.Code, failure.Message);
        }
        catch (OperationCanceledException)
        {
            return screen.Fail(ExitCode.WorkFailed, "interrupted", "Interrupted. What is running in a suite goes on; see it with 'loramesh runs'.");
        }
        catch (Exception failure)
        {
            // The outermost loop: whatever arrives here is a defect or the machine's, and ends in one line.
            return screen.Fail(ExitCode.WorkFailed, "unexpected", $"{FirstLine(failure)} ({failure.GetType().Name}). Details: {WriteDetails(failure)}");
        }
    }

    /// <summary>What a suite's refusal means for scripts.</summary>
    public static int ExitCodeOf(SuiteException failure) => failure is not SuiteRefusedException refused ? ExitCode.WorkFailed : refused.Status switch
    {
        HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnprocessableEntity => ExitCode.RefusedInput,
        HttpStatusCode.TooManyRequests => ExitCode.WorkFailed,
        < HttpStatusCode.InternalServerError => ExitCode.WrongCommand,
        _ => ExitCode.WorkFailed,
    };

    private static string Describe(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command is RootCommand ? "" : $" {parsed.CommandResult.Command.Name}";
        return $"{string.Join(" ", parsed.Errors.Select(error => error.Message))} See 'loramesh{command} --help'.";
    }

    private static string FirstLine(Exception failure) => failure.Message.Split('\n')[0].Trim();

    private static string WriteDetails(Exception failure)
    {
        var path = Path.Combine(Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"loramesh-{TimeProvider.System.GetUtcNow():yyyyMMdd-HHmmss}-{Environment.ProcessId}.log"));
        try
        {
            File.WriteAllText(path, failure.ToString());
            return path;
        }
        catch (IOException)
        {
            return $"none, {path} cannot be written";
        }
        catch (UnauthorizedAccessException)
        {
            return $"none, {path} cannot be written";
        }
    }
}
