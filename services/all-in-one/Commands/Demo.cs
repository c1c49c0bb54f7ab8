using LoraMesh.AllInOne.Suite;
using LoraMesh.Client;
using LoraMesh.CommandLine;
using LoraMesh.CommandLine.Display;
using LoraMesh.Contracts;

namespace LoraMesh.AllInOne.Commands;

/// <summary>The main job on the sample: a suite of its own, the sample dropped, the run shown, questions asked.</summary>
/// <param name="screen">Where it is shown.</param>
/// <param name="time">Clock.</param>
public sealed class Demo(Screen screen, TimeProvider time)
{
    private const string Project = "tickets";
    private const int QuestionCount = 3;

    /// <summary>The files to drop.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>Runs it.</summary>
    /// <param name="data">Data folder.</param>
    /// <param name="urls">Addresses to listen at.</param>
    /// <param name="exit">Whether to end instead of serving on.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(string data, string urls, bool exit, CancellationToken cancellationToken)
    {
        var settings = new SuiteSettings
        {
            Data = Path.GetFullPath(data),
            Urls = urls,
            QuietPeriod = TimeSpan.FromSeconds(1),
            Terminal = screen.ErrorLine,
            TerminalLevel = LogLevel.Warning,
        };
        await using var suite = await SuiteHost.StartAsync(settings, time, cancellationToken);
        screen.Line($"Dashboard at {suite.Address}, data in {settings.Data}, log in {suite.LogPath}");

        using var client = Suites.Open(suite.Address);
        var drop = new Drop(client, screen, Project);
        var uploaded = await drop.PutAsync(Files, cancellationToken);
        var (view, files, exitCode) = await FollowAsync(drop, uploaded, settings.Data, cancellationToken);

        var result = await new RunWatch(client, screen, time).ResultAsync(view, files, cancellationToken);
        if (result.Promoted)
        {
            var chat = new ServingClient(client);
            result = result with { Questions = await new HeldOutQuestions(suite.Store, chat).AskAsync(view, QuestionCount, cancellationToken) };
        }

        new RunSummary(screen).Show(result);
        ShowAddresses(result);
        if (screen.Json)
        {
            screen.Emit(result);
        }

        if (!exit)
        {
            screen.Line("Serving until Ctrl-C.");
            await suite.WaitForShutdownAsync(cancellationToken);
        }

        return exitCode;
    }

    private static async Task<(RunView View, IReadOnlyList<DroppedFile> Files, int ExitCode)> FollowAsync(Drop drop, IReadOnlyList<Drop.Uploaded> uploaded, string data, CancellationToken cancellationToken)
    {
        try
        {
            return await drop.FollowAsync(uploaded, cancellationToken);
        }
        catch (OperationCanceledException interrupted) when (cancellationToken.IsCancellationRequested)
        {
            throw new CommandException(ExitCode.WorkFailed, "interrupted", $"Interrupted. The demo goes on where it stopped with: loramesh demo --data {data}", interrupted);
        }
    }

    private void ShowAddresses(CommandResult result)
    {
        screen.Line();
        screen.Line($"API: {result.Urls.Run}");
        screen.Line($"OpenAI base address: {result.Urls.Openai}");
        if (result.Questions.Count > 0)
        {
            screen.Line($"Ask it yourself: {CurlLine.Make(result.Urls.Openai, Project, result.Questions[0].Messages)}");
        }
    }
}
