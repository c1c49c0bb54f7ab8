using System.CommandLine;
using LoraMesh.Client;
using LoraMesh.CommandLine.Display;
using LoraMesh.Contracts;
using Spectre.Console;
using Cell = Spectre.Console.Text;

namespace LoraMesh.CommandLine;

/// <summary><c>loramesh quarantine</c>: messages that no service could handle.</summary>
public static class QuarantineCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Screen screen)
    {
        var command = new TaughtCommand("quarantine", "Look at messages that no service could handle, send them again, or forget them.")
        {
            Examples = ["loramesh quarantine list", "loramesh quarantine show 0123456789abcdef --json", "loramesh quarantine replay 0123456789abcdef"],
        };
        command.Add(List(screen));
        command.Add(One(screen, "show", "Show one message with its body and its error.", (client, id, stop) => client.GetQuarantinedAsync(id, stop), Show));
        command.Add(One(screen, "replay", "Send a message again; what was handled meanwhile recognises it.", (client, id, stop) => client.ReleaseAsync(id, replay: true, stop), (_, entry) => screen.Line($"{entry.Id} was sent again. If it is given up once more, it is listed again.")));
        command.Add(One(screen, "discard", "Forget a message for good.", (client, id, stop) => client.ReleaseAsync(id, replay: false, stop), (_, entry) => screen.Line($"{entry.Id} is forgotten.")));
        return command;
    }

    private static TaughtCommand List(Screen screen)
    {
        var url = SharedOptions.Url();
        var command = new TaughtCommand("list", "List the messages.") { Examples = ["loramesh quarantine list --json"] };
        command.Add(url);
        command.Add(SharedOptions.Json());
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = Suites.Open(parsed.GetValue(url));
            ShowAll(screen, await client.ListQuarantineAsync(cancellationToken));
            return ExitCode.Done;
        });
        return command;
    }

    private static TaughtCommand One(Screen screen, string name, string description, Func<SuiteClient, string, CancellationToken, Task<QuarantinedMessage>> act, Action<Screen, QuarantinedMessage> show)
    {
        var id = new Argument<string>("ID") { Description = "Message, as 'loramesh quarantine list' shows it." };
        var url = SharedOptions.Url();
        var command = new TaughtCommand(name, description) { Examples = [$"loramesh quarantine {name} 0123456789abcdef"] };
        command.Add(id);
        command.Add(url);
        command.Add(SharedOptions.Json());
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = Suites.Open(parsed.GetValue(url));
            var entry = await act(client, parsed.GetRequiredValue(id), cancellationToken);
            if (screen.Json)
            {
                screen.Emit(entry);
            }
            else
            {
                show(screen, entry);
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static void ShowAll(Screen screen, IReadOnlyList<QuarantinedMessage> messages)
    {
        if (screen.Json)
        {
            screen.Emit(new { messages });
            return;
        }

        if (messages.Count == 0)
        {
            screen.Line("Nothing is in quarantine.");
            return;
        }

        var table = new Table().AddColumns("id", "queue", "error", "times", "last (UTC)");
        foreach (var message in messages)
        {
            table.AddRow(new Cell(message.Id), new Cell(message.Queue), new Cell(message.Error), new Cell(StageText.Count(message.Count)), new Cell($"{message.LastAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}"));
        }

        screen.Console.Write(table);
    }

    private static void Show(Screen screen, QuarantinedMessage message)
    {
        screen.Line($"{message.Id} of queue {message.Queue}, {message.Type ?? "of no known type"}");
        screen.Line($"given up {message.Count} time(s), first {message.FirstAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}, last {message.LastAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} (UTC)");
        screen.Line(message.Error);
        screen.Line(message.Body ?? "");
    }
}
