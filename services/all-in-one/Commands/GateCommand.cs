using System.CommandLine;
using LoraMesh.Client;
using LoraMesh.CommandLine;
using LoraMesh.CommandLine.Display;
using LoraMesh.Contracts;
using LoraMesh.Evaluator.Verdict;
using LoraMesh.Metrics;
using Spectre.Console;
using Cell = Spectre.Console.Text;

namespace LoraMesh.AllInOne.Commands;

/// <summary><c>loramesh gate try</c>: what another gate would have said of past candidates. Nothing is changed.</summary>
public static class GateCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Screen screen)
    {
        var command = new TaughtCommand("gate", "Look at what decides about promotion.")
        {
            Examples = ["loramesh gate try --project support --gate gate.yaml"],
        };
        command.Add(CreateTry(screen));
        return command;
    }

    private static TaughtCommand CreateTry(Screen screen)
    {
        var project = SharedOptions.Project(required: true);
        var gate = new Option<string>("--gate") { Description = "File with the keys of 'evaluation', or a whole project.yaml.", HelpName = "FILE", Required = true };
        var url = SharedOptions.Url();
        var command = new TaughtCommand("try", "Judge past candidates of a project by another gate, from the answers and losses that were measured then.")
        {
            Examples = ["loramesh gate try --project support --gate gate.yaml", "loramesh gate try --project support --gate project.yaml --json"],
        };
        command.Add(project);
        command.Add(gate);
        command.Add(url);
        command.Add(SharedOptions.Json());
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var config = ConfigFile.ReadEvaluation(parsed.GetRequiredValue(gate), "--gate");
            using var client = Suites.Open(parsed.GetValue(url));
            var name = parsed.GetRequiredValue(project)!;
            var tried = new List<TriedVersion>();
            foreach (var version in await client.ListAdaptersAsync(name, cancellationToken))
            {
                tried.Add(Try(version, await client.FindEvaluationAsync(version.Run, cancellationToken), config));
            }

            Show(screen, name, tried);
            return ExitCode.Done;
        });
        return command;
    }

    private static TriedVersion Try(AdapterView version, EvaluationReport? report, EvaluationConfig config)
    {
        var was = report?.Decision ?? (version.Promoted ? GateDecision.Promote : GateDecision.Refuse);
        if (report is null)
        {
            return new TriedVersion(version.Version, version.Run, was, null, "Its evaluation is not stored any more.", []);
        }

        try
        {
            var judged = Gate.Judge(report, config);
            return new TriedVersion(version.Version, version.Run, was, judged.Decision, judged.Reason, judged.Checks);
        }
        catch (MetricException problem)
        {
            return new TriedVersion(version.Version, version.Run, was, null, problem.Message, []);
        }
    }

    private static void Show(Screen screen, string project, List<TriedVersion> tried)
    {
        if (screen.Json)
        {
            screen.Emit(new { project, versions = tried });
            return;
        }

        if (tried.Count == 0)
        {
            screen.Line($"{project} has no adapter yet. Drop data: loramesh drop FILE --project {project}");
            return;
        }

        var table = new Table().AddColumns("version", "was", "would be", "why");
        foreach (var version in tried)
        {
            table.AddRow(new Cell(StageText.Count(version.Version)), new Cell(version.Was), new Cell(version.WouldBe ?? "not known"), new Cell(version.Reason));
        }

        screen.Console.Write(table);
    }

    private sealed record TriedVersion(int Version, string Run, string Was, string? WouldBe, string Reason, IReadOnlyList<GateCheck> Checks);
}
