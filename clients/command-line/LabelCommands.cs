using System.CommandLine;
using LoraMesh.Client;
using LoraMesh.CommandLine.Display;

namespace LoraMesh.CommandLine;

/// <summary><c>loramesh tag</c> and <c>loramesh alias</c>: names that people give versions.</summary>
public static class LabelCommands
{
    /// <summary><c>loramesh tag</c></summary>
    public static Command CreateTag(Screen screen)
    {
        var (project, version, url) = (SharedOptions.Project(required: true), SharedOptions.Version(), SharedOptions.Url());
        var tags = new Argument<string[]>("KEY=VALUE") { Description = "Tags to set; KEY alone takes a tag away. The tag keep saves a version from being collected.", Arity = ArgumentArity.OneOrMore };
        var command = new TaughtCommand("tag", "Give a version of a project's adapter tags, or take them away.")
        {
            Examples = ["loramesh tag --project support --version 3 reviewed=ada keep=yes", "loramesh tag --project support --version 3 keep"],
        };
        command.Add(tags);
        command.Add(project);
        command.Add(version);
        command.Add(url);
        command.Add(SharedOptions.Json());
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var suite = Suites.Open(parsed.GetValue(url));
            var (client, name, number) = (new RegistryClient(suite), parsed.GetRequiredValue(project)!, parsed.GetRequiredValue(version));
            foreach (var tag in parsed.GetRequiredValue(tags))
            {
                var at = tag.IndexOf('=', StringComparison.Ordinal);
                var answer = at < 0
                    ? await client.RemoveTagAsync(name, number, tag, cancellationToken)
                    : await client.SetTagAsync(name, number, tag[..at], tag[(at + 1)..], cancellationToken);
                screen.Line(at < 0 ? $"{name} version {number} has no tag {tag} any more." : $"{name} version {number} has the tag {tag}.");
                if (screen.Json)
                {
                    screen.Emit(answer);
                }
            }

            return ExitCode.Done;
        });
        return command;
    }

    /// <summary><c>loramesh alias</c></summary>
    public static Command CreateAlias(Screen screen)
    {
        var (project, url) = (SharedOptions.Project(required: true), SharedOptions.Url());
        var version = new Option<int?>("--version") { Description = "Version that the alias points to; without it the alias is taken away.", HelpName = "N" };
        var alias = new Argument<string>("NAME") { Description = "The alias, such as canary; champion and previous move with promote and rollback." };
        var command = new TaughtCommand("alias", "Let a name point to a version of a project's adapter, or take the name away.")
        {
            Examples = ["loramesh alias canary --project support --version 4", "loramesh alias canary --project support"],
        };
        command.Add(alias);
        command.Add(project);
        command.Add(version);
        command.Add(url);
        command.Add(SharedOptions.Json());
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var suite = Suites.Open(parsed.GetValue(url));
            var (client, name, word) = (new RegistryClient(suite), parsed.GetRequiredValue(project)!, parsed.GetRequiredValue(alias));
            object answer = parsed.GetValue(version) is { } number
                ? await client.SetAliasAsync(name, word, number, cancellationToken)
                : await client.RemoveAliasAsync(name, word, cancellationToken);
            screen.Line(parsed.GetValue(version) is { } set ? $"{word} is version {set} of {name}." : $"{name} has no alias {word} any more.");
            if (screen.Json)
            {
                screen.Emit(answer);
            }

            return ExitCode.Done;
        });
        return command;
    }
}
