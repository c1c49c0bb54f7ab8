using System.CommandLine;
using LoraMesh.AllInOne.Display;
using LoraMesh.AllInOne.Suite;
using LoraMesh.CommandLine;
using LoraMesh.CommandLine.Display;
using LoraMesh.Control.Backup;

namespace LoraMesh.AllInOne.Commands;

/// <summary><c>loramesh backup</c>: registry and blobs into a folder.</summary>
public static class BackupCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Screen screen)
    {
        var folder = new Option<string>("--out") { Description = "Folder of the backup. Where one lies there already, only what is new is copied, and it takes that one's place.", HelpName = "DIR", Required = true };
        var data = new Option<string>("--data") { Description = "Data folder, where the environment names none (LORAMESH_Storage__Folder).", HelpName = "DIR", DefaultValueFactory = _ => SharedOptions.DefaultData };
        var command = new TaughtCommand("backup", "Copy registry and blobs into a folder, while the suite runs or not. It reads store and database from the settings that control would read. Settings, signing keys and passwords are the operator's own files and not in it.")
        {
            Examples = ["loramesh backup --out /backup/loramesh", "loramesh backup --data /srv/loramesh --out /backup/loramesh --json"],
        };
        command.Add(folder);
        command.Add(data);
        command.Add(SharedOptions.Json());
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var stores = SuiteStores.Open(Path.GetFullPath(parsed.GetRequiredValue(data)));
            try
            {
                await using var registry = await RegistrySnapshot.OpenAsync(stores.Database, stores.DatabaseFile, cancellationToken);
                var progress = new BlobProgress(screen, "copied or there already", TimeProvider.System);
                var result = await new BackupWriter(stores.Blobs, TimeProvider.System, progress.Tell).WriteAsync(registry, new BackupFolder(parsed.GetRequiredValue(folder)), cancellationToken);
                return Tell(screen, result, Path.GetFullPath(parsed.GetRequiredValue(folder)));
            }
            catch (BackupException problem)
            {
                throw new CommandException(ExitCode.WrongCommand, "backup_refused", problem.Message, problem);
            }
        });
        return command;
    }

    private static int Tell(Screen screen, BackupResult result, string folder)
    {
        var manifest = result.Manifest;
        screen.Line($"{folder} holds the suite of {manifest.TakenAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC: {StageText.Count(manifest.Rows["runs"])} runs, {StageText.Count(manifest.Rows["versions"])} versions, {StageText.Count(manifest.Blobs)} blobs, {StageText.Size(manifest.Bytes)}; {StageText.Count(result.Copied)} blobs, {StageText.Size(result.CopiedBytes)} were copied now.");
        screen.Line($"Look at it: loramesh restore --from {folder} --check");
        if (screen.Json)
        {
            screen.Emit(new { folder, manifest.TakenAt, manifest.Rows, manifest.Blobs, manifest.Bytes, result.Copied, result.CopiedBytes });
        }

        return ExitCode.Done;
    }
}
