using System.CommandLine;
using LoraMesh.CommandLine.Display;
using LoraMesh.Contracts;

namespace LoraMesh.CommandLine;

/// <summary><c>loramesh drop</c>: puts files into a running suite's inbox and, if asked, waits for what becomes of them.</summary>
public static class DropCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Screen screen)
    {
        var files = new Argument<string[]>("FILE")
        {
            Description = "Files to drop: rows as .jsonl, .ndjson or a .json array. A project.yaml sets how the project is trained.",
            Arity = ArgumentArity.OneOrMore,
        };
        var project = SharedOptions.Project(required: true);
        var wait = new Option<bool>("--wait") { Description = "Follow the run to its end, also through a restart of the suite." };
        var url = SharedOptions.Url();
        var command = new TaughtCommand("drop", "Drop files into a project's inbox of the running suite; they train an adapter.")
        {
            Examples =
            [
                "loramesh drop tickets.jsonl --project support",
                "loramesh drop *.jsonl project.yaml --project support --wait",
            ],
        };
        command.Add(files);
        command.Add(project);
        command.Add(wait);
        command.Add(url);
        command.Add(SharedOptions.Json());
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = Suites.Open(parsed.GetValue(url));
            var drop = new Drop(client, screen, parsed.GetRequiredValue(project)!);
            var dropped = await drop.PutAsync(parsed.GetRequiredValue(files), cancellationToken);
            return parsed.GetValue(wait) ? await drop.WaitAsync(dropped, cancellationToken) : drop.Tell(dropped);
        });
        return command;
    }
}
