using System.CommandLine;
using LoraMesh.CommandLine.Display;
using LoraMesh.Contracts;

namespace LoraMesh.CommandLine;

/// <summary><c>loramesh approve</c> and <c>loramesh reject</c>: a person decides on the adapter of a held run.</summary>
public static class ApprovalCommand
{
    /// <summary>Makes one of the two commands.</summary>
    /// <param name="screen">Where it writes.</param>
    /// <param name="approve">Which.</param>
    public static Command Create(Screen screen, bool approve)
    {
        var verb = approve ? "approve" : "reject";
        var run = new Argument<string>("RUN") { Description = "A run in the state held, as 'loramesh runs' lists it." };
        var by = new Option<string>("--by") { Description = "Who decides; written to the audit trail.", HelpName = "NAME", Required = true };
        var reason = new Option<string>("--reason") { Description = "Why, for the person who looks later.", HelpName = "TEXT", Required = true };
        var url = SharedOptions.Url();
        var command = new TaughtCommand(verb, approve ? "Make the adapter of a held run the champion that answers requests." : "Refuse the adapter of a held run; what served before goes on serving.")
        {
            Examples = [$"loramesh {verb} run-0123456789ab --by \"Ada Ito\" --reason \"{(approve ? "read fifty answers" : "invents prices")}\""],
        };
        command.Add(run);
        command.Add(by);
        command.Add(reason);
        command.Add(url);
        command.Add(SharedOptions.Json());
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = Suites.Open(parsed.GetValue(url));
            var body = new ApprovalRequest { By = parsed.GetRequiredValue(by), Reason = parsed.GetRequiredValue(reason) };
            var answer = await client.DecideAsync(parsed.GetRequiredValue(run), approve, body, cancellationToken);
            screen.Line($"{answer.Run} is {answer.State}: {answer.Reason}");
            if (screen.Json)
            {
                screen.Emit(answer);
            }

            return ExitCode.Done;
        });
        return command;
    }
}
