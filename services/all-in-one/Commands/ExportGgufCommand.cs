using System.CommandLine;
using LoraMesh.AllInOne.Display;
using LoraMesh.Model;
using LoraMesh.Model.Gguf;

namespace LoraMesh.AllInOne.Commands;

/// <summary><c>loramesh model export-gguf</c>: an adapter for llama.cpp.</summary>
internal static class ExportGgufCommand
{
    internal static Command Create(Screen screen)
    {
        var model = ModelCommand.Folder("only its config.json is read");
        var adapter = new Option<string>("--adapter") { Description = "PEFT folder of an adapter over it.", HelpName = "DIR", Required = true };
        var output = new Option<string>("--out") { Description = "GGUF file to write.", HelpName = "FILE", Required = true };
        var command = new TaughtCommand("export-gguf", "Write an adapter as llama.cpp reads it; its scale is folded into the matrices.")
        {
            Examples = ["loramesh model export-gguf --model models/loramesh-tiny --adapter adapter --out adapter.gguf"],
        };
        command.Add(model);
        command.Add(adapter);
        command.Add(output);
        command.Add(SharedOptions.Json());
        command.SetAction(parsed => Export(screen, parsed.GetRequiredValue(model), parsed.GetRequiredValue(adapter), parsed.GetRequiredValue(output)));
        return command;
    }

    private static int Export(Screen screen, string model, string adapter, string output)
    {
        try
        {
            var pairs = AdapterExport.Write(model, adapter, output);
            screen.Line($"{pairs} pairs written to {output}");
            if (screen.Json)
            {
                screen.Emit(new { output, pairs });
            }

            return ExitCode.Done;
        }
        catch (Exception failure) when (failure is UnsupportedModelException or InvalidDataException)
        {
            throw new CommandException(ExitCode.RefusedInput, "refused", failure.Message, failure);
        }
        catch (FileNotFoundException failure)
        {
            throw new CommandException(ExitCode.WrongCommand, "no_such_file", failure.Message, failure);
        }
    }
}
