using System.CommandLine;
using LoraMesh.CommandLine;
using LoraMesh.CommandLine.Display;
using LoraMesh.Model.Weights;
using LoraMesh.Model;

namespace LoraMesh.AllInOne.Commands;

/// <summary><c>loramesh model merge</c>: an adapter laid into its base model's weights.</summary>
public static class MergeCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Screen screen)
    {
        var model = ModelCommand.Folder("config.json, safetensors and the tokenizer's files are read");
        var adapter = new Option<string>("--adapter") { Description = "PEFT folder of the adapter.", HelpName = "DIR", Required = true };
        var output = new Option<string>("--out") { Description = "Folder to write: a Hugging Face model that needs no adapter.", HelpName = "DIR", Required = true };
        var type = new Option<string?>("--dtype") { Description = $"Type of the weights: {string.Join(", ", MergedFolder.Types)}; each tensor's own where it is not given.", HelpName = "TYPE" };
        type.AcceptOnlyFromAmong([.. MergedFolder.Types]);
        var command = new TaughtCommand("merge", "Merge an adapter into its base model and write the result as a model of its own.")
        {
            Examples = ["loramesh model merge --model models/loramesh-tiny --adapter adapters/tickets --out models/tickets"],
        };
        command.Add(model);
        command.Add(adapter);
        command.Add(output);
        command.Add(type);
        command.Add(SharedOptions.Json());
        command.SetAction((parsed, cancellationToken) => Task.Run(
            () => Run(screen, parsed.GetRequiredValue(model), parsed.GetRequiredValue(adapter), parsed.GetRequiredValue(output), parsed.GetValue(type), cancellationToken),
            cancellationToken));
        return command;
    }

    private static int Run(Screen screen, string model, string adapter, string output, string? type, CancellationToken cancellationToken)
    {
        if (Path.GetFullPath(output) == Path.GetFullPath(model) || Path.GetFullPath(output) == Path.GetFullPath(adapter))
        {
            throw new CommandException(ExitCode.WrongCommand, "same_folder", $"--out {output} is the folder that is read. Name another one.");
        }

        TorchRuntime.Initialize();
        NamedFolder.Check("--adapter", adapter);
        var changed = LoadedModel.Read("--model", model, () => MergedFolder.Write(
            model, adapter, output, type, (done, of) => screen.ErrorLine($"{done} of {of} tensors"), cancellationToken));
        screen.Line($"{changed.Count} tensors changed; written to {output}");
        if (screen.Json)
        {
            screen.Emit(new { output, changed });
        }

        return ExitCode.Done;
    }
}
