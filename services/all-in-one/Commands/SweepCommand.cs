using System.CommandLine;
using LoraMesh.CommandLine;
using LoraMesh.CommandLine.Display;
using LoraMesh.Hosting.Configuration;
using LoraMesh.Trainer.Sweeps;

namespace LoraMesh.AllInOne.Commands;

/// <summary><c>loramesh sweep</c>: trains with many settings and tells the best.</summary>
public static class SweepCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Screen screen)
    {
        var model = new Option<string>("--model") { Description = "Folder of the base model.", HelpName = "DIR", Required = true };
        var data = new Option<string>("--data") { Description = "Dataset folder as 'prep' writes it, or a file of rows.", HelpName = "DIR|FILE", Required = true };
        var sweep = new Option<string>("--sweep") { Description = "What to try: method (grid or random), run_cap, early_terminate (median or none), and parameters, each with values, or min and max.", HelpName = "FILE", Required = true };
        var output = new Option<string>("--out") { Description = "Folder for the trials' adapters, sweep.json and sweep.md; the same command goes on there.", HelpName = "DIR", Required = true };
        var config = SharedOptions.Config();
        var command = new TaughtCommand("sweep", "Search for settings: one training after the other, measured on held-out training rows.")
        {
            Examples =
            [
                "loramesh sweep --model models/loramesh-tiny --data dataset --sweep sweep.yaml --out search",
                "loramesh sweep --model models/loramesh-tiny --data chats.jsonl --config training.yaml --sweep sweep.yaml --out search --json",
            ],
        };
        command.Add(model);
        command.Add(data);
        command.Add(sweep);
        command.Add(output);
        command.Add(config);
        command.Add(SharedOptions.Json());
        command.SetAction((parsed, cancellationToken) =>
        {
            var settings = ConfigFile.ReadSweep(parsed.GetRequiredValue(sweep), FolderSweep.Measured(ConfigFile.ReadTraining(parsed.GetValue(config))));
            return new Sweep(screen, settings, TimeProvider.System).RunAsync(parsed.GetRequiredValue(model), parsed.GetRequiredValue(data), parsed.GetRequiredValue(output), cancellationToken);
        });
        return command;
    }
}
