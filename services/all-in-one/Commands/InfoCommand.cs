using System.CommandLine;
using LoraMesh.CommandLine;
using LoraMesh.CommandLine.Display;

namespace LoraMesh.AllInOne.Commands;

/// <summary><c>loramesh model info</c>: what a model's folder, and an adapter's, holds.</summary>
public static class InfoCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Screen screen)
    {
        var model = ModelCommand.Folder("config.json and the headers of its safetensors are read");
        var adapter = ModelCommand.Adapter();
        var command = new TaughtCommand("info", "Show a model's family, sizes, parameter counts, rotary embedding, context and modules; and an adapter's.")
        {
            Examples = ["loramesh model info --model models/loramesh-tiny", "loramesh model info --model models/loramesh-tiny --json"],
        };
        command.Add(model);
        command.Add(adapter);
        command.Add(SharedOptions.Json());
        command.SetAction(parsed => new ModelInfo(screen).Run(parsed.GetRequiredValue(model), parsed.GetValue(adapter)));
        return command;
    }
}
