using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using LoraMesh.AllInOne.Suite;
using LoraMesh.CommandLine;
using LoraMesh.CommandLine.Display;

namespace LoraMesh.AllInOne.Commands;

/// <summary><c>loramesh up</c>: the whole suite in this process.</summary>
public static class UpCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Screen screen)
    {
        var data = new Option<string>("--data") { Description = "Folder of blobs, registry and logs; what is unfinished in it goes on.", HelpName = "DIR", DefaultValueFactory = _ => SharedOptions.DefaultData };
        var urls = new Option<string>("--urls") { Description = "Addresses to listen at, separated by semicolons; port 0 takes a free one.", HelpName = "URLS", DefaultValueFactory = _ => SharedOptions.DefaultUrl };
        var quiet = new Option<TimeSpan?>("--quiet-period") { Description = "Seconds without a new drop before a project's run starts. Default: 10.", HelpName = "S", CustomParser = ParseSeconds };
        var verbose = new Option<bool>("--verbose") { Description = "Print what the services log, not only warnings and changes of stage." };
        var command = new TaughtCommand("up", "Run the suite in this process: intake, training, evaluation, OpenAI-compatible serving.")
        {
            Examples = ["loramesh up", "loramesh up --data /srv/loramesh --urls http://0.0.0.0:8080 --quiet-period 30"],
        };
        command.Add(data);
        command.Add(urls);
        command.Add(quiet);
        command.Add(verbose);
        command.SetAction((parsed, cancellationToken) =>
        {
            var settings = new SuiteSettings
            {
                Data = Path.GetFullPath(parsed.GetRequiredValue(data)),
                Urls = parsed.GetRequiredValue(urls),
                QuietPeriod = parsed.GetValue(quiet),
                Terminal = screen.ErrorLine,
                TerminalLevel = parsed.GetValue(verbose) ? LogLevel.Information : LogLevel.Warning,
                TellStages = true,
            };
            return new Up(screen, TimeProvider.System).RunAsync(settings, cancellationToken);
        });
        return command;
    }

    private static TimeSpan? ParseSeconds(ArgumentResult argument)
    {
        var text = argument.Tokens.Count == 1 ? argument.Tokens[0].Value : "";
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0.1 and <= 86_400)
        {
            return TimeSpan.FromSeconds(seconds);
        }

        argument.AddError($"--quiet-period is '{text}'; it must be a number of seconds from 0.1 to 86400.");
        return null;
    }
}
