using System.CommandLine;
using LoraMesh.AllInOne.Doctor;
using LoraMesh.CommandLine;
using LoraMesh.CommandLine.Display;
using Spectre.Console;
using Cell = Spectre.Console.Text;

namespace LoraMesh.AllInOne.Commands;

/// <summary><c>loramesh doctor</c>: looks at everything that a suite stands on, and says what to do.</summary>
public static class DoctorCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Screen screen)
    {
        var url = new Option<string[]>("--url")
        {
            Description = $"Address of a running service, or of the suite, to ask whether it is ready; may be given several times. Default: {SharedOptions.UrlVariable} from the environment, where it is set.",
            HelpName = "URL",
        };
        var data = new Option<string>("--data") { Description = "Data folder, where the environment names none (LORAMESH_Storage__Folder).", HelpName = "DIR", DefaultValueFactory = _ => SharedOptions.DefaultData };
        var command = new TaughtCommand("doctor", "Look at settings, store, clock, broker, database, base models, disks, libtorch, graphics cards and running services, and say what to do about what is wrong. It reads the settings that a service would read, and leaves nothing behind.")
        {
            Examples = ["loramesh doctor", "loramesh doctor --url http://127.0.0.1:8080 --url http://127.0.0.1:8081", "loramesh doctor --json"],
        };
        command.Add(data);
        command.Add(url);
        command.Add(SharedOptions.Json());
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var urls = parsed.GetValue(url) is { Length: > 0 } given ? given
                : Environment.GetEnvironmentVariable(SharedOptions.UrlVariable) is { Length: > 0 } known ? [known] : Array.Empty<string>();
            await using var surroundings = Surroundings.Read(Path.GetFullPath(parsed.GetRequiredValue(data)), [.. urls.Select(SharedOptions.SuiteAddress)]);
            var findings = new List<Finding>();
            await foreach (var finding in Examinations.RunAsync(surroundings.Examinations(), cancellationToken))
            {
                findings.Add(finding);
                Show(screen, finding);
            }

            return Conclude(screen, findings);
        });
        return command;
    }

    private static void Show(Screen screen, Finding finding)
    {
        var (mark, style) = finding.Verdict switch
        {
            Verdict.Ok => ("ok", "green"),
            Verdict.Warning => ("warning", "yellow"),
            _ => ("problem", "red"),
        };
        var grid = new Grid().AddColumn(new GridColumn().Width(8).NoWrap()).AddColumn(new GridColumn().Width(24)).AddColumn();
        grid.AddRow(new Cell(mark, Style.Parse(style)), new Cell(finding.Check), new Cell(finding.Found));
        if (finding.Action is not null)
        {
            grid.AddRow(new Cell(""), new Cell(""), new Cell("→ " + finding.Action));
        }

        screen.Console.Write(grid);
    }

    private static int Conclude(Screen screen, List<Finding> findings)
    {
        int problems = findings.Count(finding => finding.Verdict == Verdict.Problem), warnings = findings.Count(finding => finding.Verdict == Verdict.Warning);
        screen.Line($"{findings.Count} findings, {warnings} warnings, {problems} problems.");
        if (screen.Json)
        {
            screen.Emit(new { findings, warnings, problems });
        }

        return problems == 0 ? ExitCode.Done : ExitCode.WorkFailed;
    }
}
