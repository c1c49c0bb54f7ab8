using System.CommandLine;
using System.Globalization;
using LoraMesh.CommandLine;
using LoraMesh.CommandLine.Display;
using LoraMesh.DatasetPrep.Lineage;

namespace LoraMesh.AllInOne.Commands;

/// <summary><c>loramesh prep diff</c>: what is different between two versions of a dataset.</summary>
internal static class PrepDiff
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Screen screen)
    {
        var before = new Argument<string>("BEFORE") { Description = "Dataset folder of the one version." };
        var after = new Argument<string>("AFTER") { Description = "Dataset folder of the other." };
        var command = new TaughtCommand("diff", "Tell what is different between two versions of a dataset: inputs, settings, rows, what was left out.")
        {
            Examples = ["loramesh prep diff dataset-1 dataset-2", "loramesh prep diff dataset-1 dataset-2 --json"],
        };
        command.Add(before);
        command.Add(after);
        command.Add(SharedOptions.Json());
        command.SetAction((parsed, cancellationToken) =>
        {
            try
            {
                var difference = DatasetDiff.Compare(parsed.GetRequiredValue(before), parsed.GetRequiredValue(after), cancellationToken: cancellationToken);
                if (screen.Json)
                {
                    screen.Emit(difference);
                }
                else
                {
                    Tell(screen, difference);
                }

                return Task.FromResult(ExitCode.Done);
            }
            catch (InvalidDataException error)
            {
                throw new CommandException(ExitCode.WrongCommand, "no_dataset", error.Message, error);
            }
        });
        return command;
    }

    private static void Tell(Screen screen, DatasetDifference difference)
    {
        screen.Line(difference.Same ? $"{difference.Before}: both are the same dataset." : $"{difference.Before} → {difference.After}");
        Lines(screen, "input added", difference.InputsAdded);
        Lines(screen, "input removed", difference.InputsRemoved);
        Lines(screen, "input changed", difference.InputsChanged);
        Lines(screen, "setting", difference.Settings.Select(setting => $"{setting.Path}: {setting.Before ?? "none"} → {setting.After ?? "none"}"));
        var rows = difference.Rows;
        screen.Line($"rows: {Number(rows.Kept)} kept, {Number(rows.Added)} added, {Number(rows.Removed)} removed, {Number(rows.ToTest)} now held out, {Number(rows.ToTrain)} now trained on");
        Lines(screen, "row added", rows.AddedRows.Select(row => $"{row.Id} {row.File}:{row.Line}"));
        Lines(screen, "row removed", rows.RemovedRows.Select(row => $"{row.Id} {row.File}:{row.Line}"));
        Lines(screen, "left out", difference.Dropped.Select(Count));
        Lines(screen, "problem", difference.Problems.Select(Count));
    }

    private static void Lines(Screen screen, string what, IEnumerable<string> values)
    {
        foreach (var value in values)
        {
            screen.Line($"  {what}: {value}");
        }
    }

    private static string Count(ChangedCount count) => $"{count.Name}: {Number(count.Before)} → {Number(count.After)}";

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
