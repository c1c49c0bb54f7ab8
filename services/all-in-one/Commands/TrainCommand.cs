using System.CommandLine;
using LoraMesh.CommandLine;
using LoraMesh.CommandLine.Display;

namespace LoraMesh.AllInOne.Commands;

/// <summary><c>loramesh train</c>: the training stage by hand, without a suite.</summary>
public static class TrainCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Screen screen)
    {
        var model = new Option<string>("--model") { Description = "Folder of the base model.", HelpName = "DIR", Required = true };
        var data = new Option<string>("--data")
        {
            Description = "Dataset folder as 'prep' writes it, or a file of rows: in text as 'prep' takes them, all of them in the file's order, or tokenized (input_ids, labels; or prompt_input_ids, chosen_input_ids, rejected_input_ids).",
            HelpName = "DIR|FILE",
            Required = true,
        };
        var output = new Option<string>("--out") { Description = "Folder to write the adapter and metrics.jsonl to.", HelpName = "DIR", Required = true };
        var initial = new Option<string?>("--init-adapter") { Description = "PEFT folder to go on training; its own settings of the adapter count then.", HelpName = "DIR" };
        var checkpoints = new Option<string?>("--checkpoints")
        {
            Description = "Folder to keep checkpoints in, every checkpoint_seconds and when interrupted; the same command goes on from the newest.",
            HelpName = "DIR",
        };
        var config = SharedOptions.Config();
        var command = new TaughtCommand("train", "Train an adapter by hand. Settings bear the names that PEFT, transformers and TRL give them, alone or below 'training:'.")
        {
            Examples =
            [
                "loramesh train --model models/loramesh-tiny --data dataset --out adapter",
                "loramesh train --model models/loramesh-tiny --data chats.jsonl --out adapter",
                "loramesh train --model models/loramesh-tiny --data rows.jsonl --config training.yaml --init-adapter adapter --out adapter-2 --json",
                "loramesh train --model models/loramesh-tiny --data dataset --out adapter --checkpoints unfinished",
            ],
        };
        command.Add(model);
        command.Add(data);
        command.Add(output);
        command.Add(config);
        command.Add(initial);
        command.Add(checkpoints);
        command.Add(SharedOptions.Json());
        command.SetAction((parsed, cancellationToken) => new Train(screen, ConfigFile.ReadTraining(parsed.GetValue(config)), TimeProvider.System).RunAsync(
            parsed.GetRequiredValue(model), parsed.GetRequiredValue(data), parsed.GetRequiredValue(output), parsed.GetValue(initial), parsed.GetValue(checkpoints), cancellationToken));
        return command;
    }
}
