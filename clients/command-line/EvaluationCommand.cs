using System.CommandLine;
using LoraMesh.CommandLine.Display;
using LoraMesh.Contracts;
using Spectre.Console;
using Cell = Spectre.Console.Text;

namespace LoraMesh.CommandLine;

/// <summary><c>loramesh evaluation</c>: what was measured of a run's adapter.</summary>
public static class EvaluationCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Screen screen)
    {
        var run = new Argument<string>("RUN") { Description = "Run, as 'loramesh runs' lists it." };
        var url = SharedOptions.Url();
        var command = new TaughtCommand("evaluation", "Show what was measured of a run's adapter on held-out rows, beside the base and the champion of then; with --json also every row.")
        {
            Examples = ["loramesh evaluation run-0123456789ab", "loramesh evaluation run-0123456789ab --json"],
        };
        command.Add(run);
        command.Add(url);
        command.Add(SharedOptions.Json());
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var suite = Suites.Open(parsed.GetValue(url));
            var report = await suite.GetEvaluationAsync(parsed.GetRequiredValue(run), cancellationToken);
            if (screen.Json)
            {
                screen.Emit(report);
                return ExitCode.Done;
            }

            var table = new Table().AddColumns("held-out rows", "loss", "exact match", "rows");
            Add(table, "base", report.Base);
            Add(table, "adapter", report.Candidate);
            if (report.Champion is { } champion)
            {
                Add(table, "champion", champion);
            }

            screen.Console.Write(table);
            screen.Line($"{(report.Promote ? "To be promoted" : "Not to be promoted")}: {report.Reason}");
            return ExitCode.Done;
        });
        return command;
    }

    private static void Add(Table table, string name, Figures figures) => table.AddRow(
        new Cell(name), new Cell(StageText.Number(figures.Loss, 4)), new Cell(StageText.Share(figures.ExactMatch, figures.ExactMatchStderr)), new Cell(StageText.Count(figures.Rows)));
}
