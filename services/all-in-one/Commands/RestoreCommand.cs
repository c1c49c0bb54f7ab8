using System.CommandLine;
using LoraMesh.AllInOne.Display;
using LoraMesh.AllInOne.Suite;
using LoraMesh.CommandLine;
using LoraMesh.CommandLine.Display;
using LoraMesh.Control.Backup;

namespace LoraMesh.AllInOne.Commands;

/// <summary><c>loramesh restore</c>: a backup into an empty store and an empty database.</summary>
public static class RestoreCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Screen screen)
    {
        var folder = new Option<string>("--from") { Description = "Folder of the backup.", HelpName = "DIR", Required = true };
        var check = new Option<bool>("--check") { Description = "Only hold every file of the backup against its hash." };
        var data = new Option<string>("--data") { Description = "Data folder, where the environment names none (LORAMESH_Storage__Folder).", HelpName = "DIR", DefaultValueFactory = _ => SharedOptions.DefaultData };
        var command = new TaughtCommand("restore", "Put a backup into an empty store and an empty database, while no service runs; they may be of another kind than those it was taken from. Every byte is held against its hash. What was interrupted can be run again.")
        {
            Examples = ["loramesh restore --from /backup/loramesh --data /srv/loramesh", "loramesh restore --from /backup/loramesh --check"],
        };
        command.Add(folder);
        command.Add(check);
        command.Add(data);
        command.Add(SharedOptions.Json());
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var from = new BackupFolder(parsed.GetRequiredValue(folder));
            try
            {
                return parsed.GetValue(check)
                    ? Tell(screen, await BackupReader.CheckAsync(from, new BlobProgress(screen, "read", TimeProvider.System).Tell, cancellationToken), $"{from.Path} is whole")
                    : await RestoreAsync(screen, from, Path.GetFullPath(parsed.GetRequiredValue(data)), cancellationToken);
            }
            catch (BackupException problem)
            {
                throw new CommandException(ExitCode.RefusedInput, "restore_refused", problem.Message, problem);
            }
        });
        return command;
    }

    private static async Task<int> RestoreAsync(Screen screen, BackupFolder from, string data, CancellationToken cancellationToken)
    {
        await using var stores = SuiteStores.Open(data);
        var progress = new BlobProgress(screen, "restored", TimeProvider.System);
        var manifest = await new BackupRestore(stores.OpenRegistry(), stores.Blobs, TimeProvider.System, progress.Tell).RestoreAsync(from, cancellationToken);
        return Tell(screen, manifest, "Restored");
    }

    private static int Tell(Screen screen, BackupManifest manifest, string what)
    {
        screen.Line($"{what}: the suite of {manifest.TakenAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC, {StageText.Count(manifest.Rows["runs"])} runs, {StageText.Count(manifest.Rows["versions"])} versions, {StageText.Count(manifest.Blobs)} blobs, {StageText.Size(manifest.Bytes)}.");
        if (screen.Json)
        {
            screen.Emit(new { manifest.TakenAt, manifest.Rows, manifest.Blobs, manifest.Bytes });
        }

        return ExitCode.Done;
    }
}
