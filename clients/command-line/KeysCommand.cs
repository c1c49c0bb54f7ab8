using System.CommandLine;
using LoraMesh.CommandLine.Display;
using LoraMesh.Contracts;
using Spectre.Console;
using Cell = Spectre.Console.Text;

namespace LoraMesh.CommandLine;

/// <summary><c>loramesh keys</c>: who may call the suite.</summary>
public static class KeysCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Screen screen)
    {
        var command = new TaughtCommand("keys", $"Make, list and revoke API keys. Needs an administrator's key in {Suites.KeyVariable}.")
        {
            Examples = ["loramesh keys create --name billing --project invoices", "loramesh keys list", "loramesh keys revoke 0123456789ab"],
        };
        command.Add(CreateKey(screen));
        command.Add(List(screen));
        command.Add(Revoke(screen));
        return command;
    }

    private static TaughtCommand CreateKey(Screen screen)
    {
        var name = new Option<string>("--name") { Description = "Whose it is; what it does is audited under this name.", HelpName = "NAME", Required = true };
        var role = new Option<string>("--role") { Description = "viewer asks models and reads; operator drops data and promotes, too; admin manages keys and quarantine, too.", HelpName = "ROLE", DefaultValueFactory = _ => AccessRoles.Viewer };
        role.AcceptOnlyFromAmong([.. AccessRoles.All]);
        var project = new Option<string[]>("--project") { Description = "A project that it is for; may be given several times. Default: all.", HelpName = "P" };
        var days = new Option<int?>("--days") { Description = "Days until it lapses. Default: never.", HelpName = "N" };
        var url = SharedOptions.Url();
        var command = new TaughtCommand("create", "Make a key. It is shown once: only a hash of it is kept.")
        {
            Examples = ["loramesh keys create --name billing --project invoices --days 365", "loramesh keys create --name ops --role operator --json"],
        };
        command.Add(name);
        command.Add(role);
        command.Add(project);
        command.Add(days);
        command.Add(url);
        command.Add(SharedOptions.Json());
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = Suites.Open(parsed.GetValue(url));
            var body = new CreateKeyRequest { Name = parsed.GetRequiredValue(name), Role = parsed.GetRequiredValue(role), Projects = parsed.GetValue(project), Days = parsed.GetValue(days) };
            var made = await client.CreateKeyAsync(body, cancellationToken);
            if (screen.Json)
            {
                screen.Emit(made);
            }
            else
            {
                screen.Line($"Key {made.Id} of '{made.Name}': {made.Role} of {Projects(made)}, {Life(made)}. Keep it now; it is not shown again:");
                screen.Line(made.Key!);
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static TaughtCommand List(Screen screen)
    {
        var url = SharedOptions.Url();
        var command = new TaughtCommand("list", "List the keys, without their secrets.") { Examples = ["loramesh keys list --json"] };
        command.Add(url);
        command.Add(SharedOptions.Json());
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = Suites.Open(parsed.GetValue(url));
            ShowAll(screen, await client.ListKeysAsync(cancellationToken));
            return ExitCode.Done;
        });
        return command;
    }

    private static TaughtCommand Revoke(Screen screen)
    {
        var id = new Argument<string>("ID") { Description = "Key, as 'loramesh keys list' shows it." };
        var url = SharedOptions.Url();
        var command = new TaughtCommand("revoke", "Take a key away; every service refuses it within seconds.") { Examples = ["loramesh keys revoke 0123456789ab"] };
        command.Add(id);
        command.Add(url);
        command.Add(SharedOptions.Json());
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = Suites.Open(parsed.GetValue(url));
            var revoked = await client.RevokeKeyAsync(parsed.GetRequiredValue(id), cancellationToken);
            if (screen.Json)
            {
                screen.Emit(revoked);
            }
            else
            {
                screen.Line($"Key {revoked.Id} of '{revoked.Name}' is revoked.");
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static void ShowAll(Screen screen, IReadOnlyList<ApiKeyView> keys)
    {
        if (screen.Json)
        {
            screen.Emit(new { keys });
            return;
        }

        if (keys.Count == 0)
        {
            screen.Line("There are no keys but the administrator's of the settings.");
            return;
        }

        var table = new Table().AddColumns("id", "name", "role", "projects", "lapses", "made by");
        foreach (var key in keys)
        {
            table.AddRow(new Cell(key.Id), new Cell(key.Name), new Cell(key.Role), new Cell(Projects(key)), new Cell(Life(key)), new Cell(key.CreatedBy));
        }

        screen.Console.Write(table);
    }

    private static string Projects(ApiKeyView key) => key.Projects is null ? "all projects" : string.Join(", ", key.Projects);

    private static string Life(ApiKeyView key) => key.ExpiresAt is { } end ? $"until {end.UtcDateTime:yyyy-MM-dd}" : "never lapses";
}
