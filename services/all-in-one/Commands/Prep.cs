using LoraMesh.CommandLine;
using LoraMesh.CommandLine.Display;
using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Building;
using LoraMesh.DatasetPrep.Cleaning.Toxicity;
using LoraMesh.DatasetPrep.Lineage;
using LoraMesh.DatasetPrep.Pipeline;
using LoraMesh.DatasetPrep.Reading;

namespace LoraMesh.AllInOne.Commands;

/// <summary>Makes a dataset of local files.</summary>
/// <param name="screen">Where the result goes.</param>
/// <param name="config">The settings.</param>
/// <param name="toxicity">The classifier of toxic texts; null for none.</param>
public sealed class Prep(Screen screen, ProjectConfig config, ToxicitySettings? toxicity = null)
{
    private const int MaxProblems = 100;

    /// <summary>Runs it.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="CommandException">A path is missing, two files bear the same name, or model or settings cannot be used.</exception>
    public async Task<int> RunAsync(IReadOnlyList<string> paths, string model, string output, CancellationToken cancellationToken)
    {
        NamedFolder.Check("--model", model);
        var inputs = Inputs(paths);
        try
        {
            var outcome = await new WorkDisplay(screen, "prep", TimeProvider.System).ShowAsync(show => Task.Run(
                () => DatasetBuilder.Build(inputs, model, config, output, new BuildOptions { Progress = progress => Show(show, progress), Toxicity = toxicity }, cancellationToken), cancellationToken));
            if (outcome.Rejection is null)
            {
                DatasetFolder.WriteManifest(output, model, inputs, config, outcome, toxicity);
            }

            return Tell(outcome, output);
        }
        catch (BaseModelException failure)
        {
            throw new CommandException(ExitCode.WrongCommand, "model_unusable", $"--model {model}: {failure.Message}", failure);
        }
        catch (ArgumentException failure)
        {
            throw new CommandException(ExitCode.WrongCommand, "wrong_configuration", $"--config: {failure.Message}", failure);
        }
    }

    private static void Show(WorkProgress show, PrepProgress progress) => show(
        progress.Done, progress.Total, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{progress.Stage.Replace('_', ' ')}, {progress.Rows:N0} rows, {progress.RowsPerSecond:N0} rows/s"), progress.Left);

    private int Tell(BuildOutcome outcome, string output)
    {
        var problems = outcome.Report.Problems.Take(MaxProblems).ToList();
        foreach (var problem in problems)
        {
            screen.Line($"  {problem}");
        }

        var rejected = outcome.RefusedRows;
        var rows = outcome is { Train: { } train, Test: { } test } ? new RunRows { Train = train.Rows, Test = test.Rows, Rejected = rejected } : null;
        screen.Line(rows is null ? $"Refused: {outcome.Rejection?.Reason}" : $"{StageText.Rows(rows)}; written to {output}. What became of every row: {outcome.ReportPage.Path}");
        if (screen.Json)
        {
            screen.Emit(new
            {
                state = outcome.Rejection is null ? "prepared" : RunStates.Rejected,
                code = outcome.Rejection?.Code,
                reason = outcome.Rejection?.Reason,
                output,
                rows,
                outcome.Report.Duplicates,
                problems,
                report = outcome.ReportFile.Path,
                page = outcome.ReportPage.Path,
            });
        }

        return outcome.Rejection is null ? ExitCode.Done : ExitCode.RefusedInput;
    }

    private static List<PrepInput> Inputs(IReadOnlyList<string> paths)
    {
        var named = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, path) in paths.SelectMany(Files))
        {
            if (!named.TryAdd(name, path) && Path.GetFullPath(named[name]) != Path.GetFullPath(path))
            {
                throw new CommandException(ExitCode.WrongCommand, "same_name", $"{named[name]} and {path} would both be reported as '{name}': rename one, or name the folder above both.");
            }
        }

        return [.. named.Select(pair => InputFolder.IsLink(pair.Value) && !paths.Contains(pair.Value) ? PrepInput.FromLink(pair.Key, pair.Value) : PrepInput.FromFile(pair.Key, pair.Value))];
    }

    private static IEnumerable<(string Name, string Path)> Files(string path)
    {
        if (Directory.Exists(path))
        {
            return InputFolder.Files(path);
        }

        return File.Exists(path)
            ? [(Path.GetFileName(path), path)]
            : throw new CommandException(ExitCode.WrongCommand, "no_such_file", $"{path} does not exist (looked at {Path.GetFullPath(path)}).");
    }
}
