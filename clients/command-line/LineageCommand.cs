using System.CommandLine;
using LoraMesh.Client;
using LoraMesh.CommandLine.Display;
using LoraMesh.Contracts;

namespace LoraMesh.CommandLine;

/// <summary><c>loramesh lineage</c>: where a version comes from and what became of it.</summary>
public static class LineageCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Screen screen)
    {
        var (project, version, url) = (SharedOptions.Project(required: true), SharedOptions.Version(), SharedOptions.Url());
        var command = new TaughtCommand("lineage", "Show where a version comes from: drops, dataset, run, adapter, verdict, deployment.")
        {
            Examples = ["loramesh lineage --project support --version 3", "loramesh lineage --project support --version 3 --json"],
        };
        command.Add(project);
        command.Add(version);
        command.Add(url);
        command.Add(SharedOptions.Json());
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var suite = Suites.Open(parsed.GetValue(url));
            Show(screen, await new RegistryClient(suite).LineageAsync(parsed.GetRequiredValue(project)!, parsed.GetRequiredValue(version), cancellationToken));
            return ExitCode.Done;
        });
        return command;
    }

    private static void Show(Screen screen, LineageView lineage)
    {
        foreach (var drop in lineage.Drops)
        {
            screen.Line($"drop     {drop.Bucket}/{drop.Key}, {StageText.Size(drop.Bytes)}, sha256 {drop.Sha256}");
        }

        screen.Line($"dataset  {lineage.Dataset.DatasetId}: {StageText.Count(lineage.Dataset.TrainRows)} rows to train on, {StageText.Count(lineage.Dataset.TestRows)} held out");
        screen.Line($"run      {lineage.Run.Run}: {lineage.Run.State}, settings {lineage.Config.Bucket}/{lineage.Config.Key}");
        screen.Line($"adapter  {lineage.Adapter.AdapterId} on base {lineage.ModelDigest}");
        screen.Line($"verdict  {lineage.Run.Decision}: {lineage.Verdict.Reason}");
        screen.Line($"now      {(lineage.Registered.Aliases.Count > 0 ? string.Join(", ", lineage.Registered.Aliases) : "no alias")}");
        foreach (var entry in lineage.History)
        {
            screen.Line($"{entry.At.UtcDateTime:yyyy-MM-dd HH:mm:ss}  {entry.What} by {entry.Who}: {entry.Why}");
        }

        if (screen.Json)
        {
            screen.Emit(lineage);
        }
    }
}
