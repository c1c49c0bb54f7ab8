using System.CommandLine;
using LoraMesh.CommandLine.Display;
using LoraMesh.Contracts;
using Spectre.Console;
using Cell = Spectre.Console.Text;

namespace LoraMesh.CommandLine;

/// <summary><c>loramesh adapters</c>: the versions of a project's adapter.</summary>
public static class AdaptersCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Screen screen)
    {
        var project = SharedOptions.Project(required: true);
        var url = SharedOptions.Url();
        var command = new TaughtCommand("adapters", "List the versions of a project's adapter with their figures.")
        {
            Examples = ["loramesh adapters --project support", "loramesh adapters --project support --json"],
        };
        command.Add(project);
        command.Add(url);
        command.Add(SharedOptions.Json());
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = Suites.Open(parsed.GetValue(url));
            var name = parsed.GetRequiredValue(project)!;
            Show(screen, name, await client.ListAdaptersAsync(name, cancellationToken));
            return ExitCode.Done;
        });
        return command;
    }

    private static void Show(Screen screen, string project, IReadOnlyList<AdapterView> adapters)
    {
        if (screen.Json)
        {
            screen.Emit(new { project, adapters });
            return;
        }

        if (adapters.Count == 0)
        {
            screen.Line($"{project} has no adapter yet. Drop data: loramesh drop FILE --project {project}");
            return;
        }

        var table = new Table().AddColumns("version", "aliases", "loss", "base loss", "exact match", "base", "run", "made (UTC)");
        foreach (var view in adapters)
        {
            table.AddRow(
                new Cell(StageText.Count(view.Version)),
                new Cell(view.Aliases.Count > 0 ? string.Join(", ", view.Aliases) : view.Promoted ? "" : "refused"),
                new Cell(StageText.Number(view.Adapter.Loss, 4)),
                new Cell(StageText.Number(view.Base.Loss, 4)),
                new Cell(StageText.Share(view.Adapter.ExactMatch, view.Adapter.ExactMatchStderr)),
                new Cell(StageText.Share(view.Base.ExactMatch, view.Base.ExactMatchStderr)),
                new Cell(view.Run),
                new Cell($"{view.CreatedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}"));
        }

        screen.Console.Write(table);
    }
}
