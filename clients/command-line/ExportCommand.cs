using System.CommandLine;
using LoraMesh.Client;
using LoraMesh.CommandLine.Display;

namespace LoraMesh.CommandLine;

/// <summary><c>loramesh export</c>: the whole registry as a file.</summary>
public static class ExportCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Screen screen)
    {
        var file = new Option<string>("--out") { Description = "File to write; one that is there is replaced once the new one is whole.", HelpName = "FILE", Required = true };
        var url = SharedOptions.Url();
        var command = new TaughtCommand("export", "Write the whole registry as JSON Lines, one row a line with the name of its table.")
        {
            Examples = ["loramesh export --out registry.jsonl"],
        };
        command.Add(file);
        command.Add(url);
        command.Add(SharedOptions.Json());
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var suite = Suites.Open(parsed.GetValue(url));
            var path = Path.GetFullPath(parsed.GetRequiredValue(file));
            var part = path + ".part";
            try
            {
                await using (var target = File.Create(part))
                {
                    await new RegistryClient(suite).ExportAsync(target, cancellationToken);
                }

                File.Move(part, path, overwrite: true);
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                throw new CommandException(ExitCode.WorkFailed, "not_written", $"{path} could not be written: {problem.Message}", problem);
            }

            var bytes = new FileInfo(path).Length;
            screen.Line($"Wrote {path} ({StageText.Size(bytes)}).");
            if (screen.Json)
            {
                screen.Emit(new { file = path, bytes });
            }

            return ExitCode.Done;
        });
        return command;
    }
}
