using System.CommandLine;
using LoraMesh.Client;
using LoraMesh.CommandLine.Display;

namespace LoraMesh.CommandLine;

/// <summary><c>loramesh served</c>: what inference serves, and versions that it is to hold or to let go.</summary>
public static class ServedCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Screen screen)
    {
        var command = new TaughtCommand("served", "See what inference serves, and load or unload versions of adapters by hand. --url is inference's address where it is a process of its own.")
        {
            Examples = ["loramesh served list", "loramesh served load support@7 --path s3://lm-adapters/support/0f3a", "loramesh served unload support@7"],
        };
        command.Add(CreateList(screen));
        command.Add(CreateLoad(screen));
        command.Add(CreateUnload(screen));
        return command;
    }

    private static TaughtCommand CreateList(Screen screen)
    {
        var url = SharedOptions.Url();
        var command = new TaughtCommand("list", "List the names that can be asked.") { Examples = ["loramesh served list --json"] };
        command.Add(url);
        command.Add(SharedOptions.Json());
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var suite = Suites.Open(parsed.GetValue(url));
            var models = await new ServingClient(suite).ListModelsAsync(cancellationToken);
            foreach (var model in models)
            {
                screen.Line(model.Parent is null ? $"{model.Id}  base model" : $"{model.Id}  {model.Root} over {model.Parent}");
            }

            if (screen.Json)
            {
                screen.Emit(new { models });
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static TaughtCommand CreateLoad(Screen screen)
    {
        var path = new Option<string?>("--path") { Description = "Where the adapter lies, such as s3://lm-adapters/support/ID; not needed for one that an alias names.", HelpName = "PATH" };
        return Act(screen, "load", "Serve a version in the process that is asked, whether an alias names it or not.", path, (serving, name, where, stop) => serving.LoadAsync(name, where, stop));
    }

    private static TaughtCommand CreateUnload(Screen screen) =>
        Act(screen, "unload", "Let a version go from the memory of the process that is asked.", null, (serving, name, _, stop) => serving.UnloadAsync(name, stop));

    private static TaughtCommand Act(Screen screen, string verb, string description, Option<string?>? path, Func<ServingClient, string, string?, CancellationToken, Task<string>> act)
    {
        var name = new Argument<string>("NAME") { Description = "Project, or project and version or alias, such as support@7." };
        var url = SharedOptions.Url();
        var command = new TaughtCommand(verb, description) { Examples = [$"loramesh served {verb} support@7"] };
        command.Add(name);
        if (path is not null)
        {
            command.Add(path);
        }

        command.Add(url);
        command.Add(SharedOptions.Json());
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var suite = Suites.Open(parsed.GetValue(url));
            var model = parsed.GetRequiredValue(name);
            var said = await act(new ServingClient(suite), model, path is null ? null : parsed.GetValue(path), cancellationToken);
            screen.Line(said);
            if (screen.Json)
            {
                screen.Emit(new { model, said });
            }

            return ExitCode.Done;
        });
        return command;
    }
}
