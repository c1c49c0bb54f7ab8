using System.CommandLine;
using LoraMesh.Client;
using LoraMesh.CommandLine.Display;

namespace LoraMesh.CommandLine;

/// <summary><c>loramesh gc</c>: removes blobs that nothing refers to.</summary>
public static class GarbageCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Screen screen)
    {
        var dryRun = new Option<bool>("--dry-run") { Description = "Remove nothing, only tell." };
        var url = SharedOptions.Url();
        var command = new TaughtCommand("gc", "Remove blobs that nothing in the registry refers to and that are older than Retention:Grace.")
        {
            Examples = ["loramesh gc --dry-run", "loramesh gc --json"],
        };
        command.Add(dryRun);
        command.Add(url);
        command.Add(SharedOptions.Json());
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var suite = Suites.Open(parsed.GetValue(url));
            var report = await new RegistryClient(suite).CollectGarbageAsync(parsed.GetValue(dryRun), cancellationToken);
            foreach (var item in report.Items)
            {
                screen.Line($"{item.Bucket}/{item.Prefix}  {StageText.Count(item.Blobs)} blobs, {StageText.Size(item.Bytes)}  {item.Reason}");
            }

            screen.Line($"{StageText.Count(report.Blobs)} blobs, {StageText.Size(report.Bytes)}, {(report.DryRun ? "would be removed" : "removed")}; {StageText.Count(report.Kept)} kept, {StageText.Count(report.Spared)} too young or of a project with an open run.");
            if (screen.Json)
            {
                screen.Emit(report);
            }

            return ExitCode.Done;
        });
        return command;
    }
}
