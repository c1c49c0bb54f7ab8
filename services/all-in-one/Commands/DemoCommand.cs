using System.CommandLine;
using System.Globalization;
using LoraMesh.AllInOne.Suite;
using LoraMesh.CommandLine;
using LoraMesh.CommandLine.Display;

namespace LoraMesh.AllInOne.Commands;

/// <summary><c>loramesh demo</c>: the main job on the sample, from drop to answers.</summary>
public static class DemoCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Screen screen)
    {
        var data = new Option<string?>("--data") { Description = $"Data folder. Default: {SharedOptions.DefaultData}/demo-TIME, a new one.", HelpName = "DIR" };
        var urls = new Option<string>("--urls") { Description = "Addresses to listen at; port 0 takes a free one.", HelpName = "URLS", DefaultValueFactory = _ => "http://127.0.0.1:0" };
        var sample = new Option<string?>("--sample") { Description = "Folder with data to show it on instead of the sample tickets.", HelpName = "DIR" };
        var exit = new Option<bool>("--exit") { Description = "End when the answers are there instead of serving until Ctrl-C." };
        var command = new TaughtCommand("demo", "Show the main job on sample tickets: drop, prepare, train, evaluate, promote, ask. Takes minutes on a laptop, and needs no network.")
        {
            Examples = ["loramesh demo", "loramesh demo --exit --json"],
        };
        command.Add(data);
        command.Add(urls);
        command.Add(sample);
        command.Add(exit);
        command.Add(SharedOptions.Json());
        command.SetAction((parsed, cancellationToken) =>
        {
            var folder = parsed.GetValue(data) ?? NewFolder(TimeProvider.System);
            var demo = new Demo(screen, TimeProvider.System) { Files = SampleFiles.Find(parsed.GetValue(sample)) };
            return demo.RunAsync(folder, parsed.GetRequiredValue(urls), parsed.GetValue(exit), cancellationToken);
        });
        return command;
    }

    private static string NewFolder(TimeProvider time) =>
        Path.Combine(SharedOptions.DefaultData, string.Create(CultureInfo.InvariantCulture, $"demo-{time.GetUtcNow():yyyyMMdd-HHmmss}"));
}
