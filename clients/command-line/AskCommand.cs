using System.CommandLine;
using LoraMesh.Client;
using LoraMesh.CommandLine.Display;

namespace LoraMesh.CommandLine;

/// <summary><c>loramesh ask</c>: one question to a running suite.</summary>
public static class AskCommand
{
    private const int DefaultTokens = 256;

    /// <summary>Makes the command.</summary>
    public static Command Create(Screen screen)
    {
        var question = new Argument<string>("QUESTION") { Description = "What to ask." };
        var model = new Option<string>("--model") { Description = "A project's name for its champion, project@canary, project@7, or a base model's name.", HelpName = "NAME", Required = true };
        var tokens = new Option<int>("--max-tokens") { Description = $"Longest answer in tokens. Default: {DefaultTokens}.", HelpName = "N", DefaultValueFactory = _ => DefaultTokens };
        var url = SharedOptions.Url();
        var command = new TaughtCommand("ask", "Ask a model that the suite serves one question, and print its greedy answer. --url is inference's address where it is a process of its own.")
        {
            Examples = ["loramesh ask \"Where is my parcel?\" --model support", "loramesh ask \"Where is my parcel?\" --model support@canary --json"],
        };
        command.Add(question);
        command.Add(model);
        command.Add(tokens);
        command.Add(url);
        command.Add(SharedOptions.Json());
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var suite = Suites.Open(parsed.GetValue(url));
            var name = parsed.GetRequiredValue(model);
            var answer = await new ServingClient(suite).AskAsync(name, parsed.GetRequiredValue(question), parsed.GetValue(tokens), cancellationToken);
            if (screen.Json)
            {
                screen.Emit(new { model = name, answer });
            }
            else
            {
                screen.Line(answer);
            }

            return ExitCode.Done;
        });
        return command;
    }
}
