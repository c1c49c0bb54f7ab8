using System.CommandLine;
using LoraMesh.CommandLine.Display;

namespace LoraMesh.CommandLine;

/// <summary><c>loramesh report</c>: what was found in a run's data.</summary>
public static class ReportCommand
{
    private const int Shown = 100;

    /// <summary>Makes the command.</summary>
    public static Command Create(Screen screen)
    {
        var run = new Argument<string>("RUN") { Description = "Run, as 'loramesh runs' lists it." };
        var url = SharedOptions.Url();
        var command = new TaughtCommand("report", "Show what was found in a run's data: rows kept and left out, and what was wrong where.")
        {
            Examples = ["loramesh report run-0123456789ab", "loramesh report run-0123456789ab --json"],
        };
        command.Add(run);
        command.Add(url);
        command.Add(SharedOptions.Json());
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var suite = Suites.Open(parsed.GetValue(url));
            var report = await suite.GetReportAsync(parsed.GetRequiredValue(run), cancellationToken);
            screen.Line($"{StageText.Count(report.RowsRead)} rows read, {StageText.Count(report.RowsKept)} kept, {StageText.Count(report.Duplicates)} duplicates");
            foreach (var (kind, count) in report.ProblemCounts.OrderByDescending(problem => problem.Value))
            {
                screen.Line($"{StageText.Count(count),8}  {kind}");
            }

            foreach (var problem in report.Problems.Take(Shown))
            {
                screen.Line($"{problem.File}:{problem.Line} {problem.Kind}: found {problem.Found}, expected {problem.Expected}");
            }

            if (screen.Json)
            {
                screen.Emit(report);
            }

            return ExitCode.Done;
        });
        return command;
    }
}
