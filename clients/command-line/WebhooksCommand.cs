using System.CommandLine;
using LoraMesh.Client;
using LoraMesh.CommandLine.Display;

namespace LoraMesh.CommandLine;

/// <summary><c>loramesh webhooks</c>: who is told of what happens, and whether they hear.</summary>
public static class WebhooksCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Screen screen)
    {
        var command = new TaughtCommand("webhooks", "List the suite's webhooks, or send one a test.") { Examples = ["loramesh webhooks list", "loramesh webhooks test chat"] };
        command.Add(CreateList(screen));
        command.Add(CreateTest(screen));
        return command;
    }

    private static TaughtCommand CreateList(Screen screen)
    {
        var url = SharedOptions.Url();
        var command = new TaughtCommand("list", "List the webhooks with what came of their newest deliveries.") { Examples = ["loramesh webhooks list --json"] };
        command.Add(url);
        command.Add(SharedOptions.Json());
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var suite = Suites.Open(parsed.GetValue(url));
            var list = await new RegistryClient(suite).WebhooksAsync(cancellationToken);
            foreach (var hook in list.Data)
            {
                screen.Line($"{hook.Name}  {hook.Url}  {(hook.Events.Length > 0 ? hook.Events : "all events")}  {StageText.Count(hook.Behind)} behind, {hook.Failures} failures, last: {hook.LastResult ?? "nothing yet"}");
            }

            if (list.Data.Count == 0)
            {
                screen.Line("There is no webhook. One is configured as Webhooks:Hooks:NAME:Url and Webhooks:Hooks:NAME:Secret.");
            }

            if (screen.Json)
            {
                screen.Emit(list);
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static TaughtCommand CreateTest(Screen screen)
    {
        var name = new Argument<string>("NAME") { Description = "Webhook, as 'loramesh webhooks list' shows it." };
        var url = SharedOptions.Url();
        var command = new TaughtCommand("test", "Send a webhook the event 'test' now; exit code 1 where it does not take it.") { Examples = ["loramesh webhooks test chat"] };
        command.Add(name);
        command.Add(url);
        command.Add(SharedOptions.Json());
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var suite = Suites.Open(parsed.GetValue(url));
            var test = await new RegistryClient(suite).TestWebhookAsync(parsed.GetRequiredValue(name), cancellationToken);
            screen.Line($"{test.Name} {(test.Taken ? "took the test" : "did not take the test")}: {test.Result}");
            if (screen.Json)
            {
                screen.Emit(test);
            }

            return test.Taken ? ExitCode.Done : ExitCode.WorkFailed;
        });
        return command;
    }
}
