using System.CommandLine;
using LoraMesh.Client;
using LoraMesh.CommandLine.Display;
using LoraMesh.Contracts;
using Spectre.Console;
using Cell = Spectre.Console.Text;

namespace LoraMesh.CommandLine;

/// <summary><c>loramesh runs</c>: the runs of a suite, or one of them with everything that is known of it.</summary>
public static class RunsCommand
{
    private const int DefaultRuns = 50;

    /// <summary>Makes the command.</summary>
    public static Command Create(Screen screen)
    {
        var run = new Argument<string?>("RUN") { Description = "Show this run alone, with its figures and what was wrong with its data.", Arity = ArgumentArity.ZeroOrOne };
        var project = SharedOptions.Project(required: false);
        var limit = SharedOptions.Limit(DefaultRuns);
        var url = SharedOptions.Url();
        var command = new TaughtCommand("runs", "List the runs, newest first, or show one.")
        {
            Examples = ["loramesh runs", "loramesh runs --project support --json", "loramesh runs run-0123456789ab"],
        };
        command.Add(run);
        command.Add(project);
        command.Add(limit);
        command.Add(url);
        command.Add(SharedOptions.Json());
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = Suites.Open(parsed.GetValue(url));
            if (parsed.GetValue(run) is { } id)
            {
                await ShowOneAsync(client, screen, id, cancellationToken);
            }
            else
            {
                Show(screen, await client.ListRunsAsync(parsed.GetValue(project), parsed.GetValue(limit), cancellationToken));
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static async Task ShowOneAsync(SuiteClient client, Screen screen, string id, CancellationToken cancellationToken)
    {
        var view = await client.GetRunAsync(id, cancellationToken);
        if (screen.Json)
        {
            screen.Emit(view);
            return;
        }

        if (RunStates.IsTerminal(view.State))
        {
            var watch = new RunWatch(client, screen, TimeProvider.System);
            new RunSummary(screen).Show(await watch.ResultAsync(view, [], cancellationToken));
        }
        else
        {
            var progress = view.Progress is { } known ? $": {StageText.Progress(known)}" : "";
            screen.Line($"{view.Run} ({view.Project}) is {view.State}{progress}{(view.Stalled ? "; stalled, no worker has the job" : "")}");
        }

        screen.Line($"Trained on: {string.Join(", ", view.Inputs)}");
    }

    private static void Show(Screen screen, IReadOnlyList<RunView> runs)
    {
        if (screen.Json)
        {
            screen.Emit(new { runs });
            return;
        }

        if (runs.Count == 0)
        {
            screen.Line("No runs yet. Drop data: loramesh drop FILE --project P");
            return;
        }

        var table = new Table().AddColumns("run", "project", "state", "rows", "base → adapter", "took", "made (UTC)");
        foreach (var view in runs)
        {
            table.AddRow(
                new Cell(view.Run),
                new Cell(view.Project),
                new Cell(view.Stalled ? $"{view.State} (stalled)" : view.State),
                new Cell(view.Rows is { } rows ? StageText.Count(rows.Train + rows.Test) : ""),
                new Cell(Figures(view)),
                new Cell(StageText.Duration(view.Seconds)),
                new Cell($"{view.CreatedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}"));
        }

        screen.Console.Write(table);
    }

    private static string Figures(RunView view) => view is { Base: { } unadapted, Adapter: { } adapter }
        ? $"{StageText.Number(unadapted.ExactMatch * 100, 1)} % → {StageText.Number(adapter.ExactMatch * 100, 1)} %"
        : "";
}
