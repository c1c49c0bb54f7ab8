using System.CommandLine;
using LoraMesh.CommandLine;
using LoraMesh.CommandLine.Display;

namespace LoraMesh.AllInOne.Commands;

/// <summary><c>loramesh model logits</c>: scores of every next token for given ids.</summary>
public static class LogitsCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Screen screen)
    {
        var model = ModelCommand.Folder("config.json and safetensors are read");
        var adapter = ModelCommand.Adapter();
        var ids = new Option<string>("--ids") { Description = """{"input_ids": [[…]], "attention_mask": [[…]]}; the mask may be left out.""", HelpName = "FILE", Required = true };
        var output = new Option<string>("--out") { Description = "File for the tensor logits, float32 [rows, width, vocabulary], zero where the mask is 0.", HelpName = "FILE", Required = true };
        var command = new TaughtCommand("logits", "Compute the logits of given token ids in float32 and write them as safetensors.")
        {
            Examples = ["loramesh model logits --model models/loramesh-tiny --ids ids.json --out logits.safetensors"],
        };
        command.Add(model);
        command.Add(adapter);
        command.Add(ids);
        command.Add(output);
        command.Add(SharedOptions.Json());
        command.SetAction((parsed, cancellationToken) => Task.Run(
            () =>
            {
                using var loaded = LoadedModel.Load(screen, parsed.GetRequiredValue(model), parsed.GetValue(adapter));
                return new Logits(screen, loaded).Run(parsed.GetRequiredValue(ids), parsed.GetRequiredValue(output), cancellationToken);
            },
            cancellationToken));
        return command;
    }
}
