using System.CommandLine;
using LoraMesh.CommandLine;
using LoraMesh.CommandLine.Display;
using LoraMesh.Model.Gguf;
using LoraMesh.Model;

namespace LoraMesh.AllInOne.Commands;

/// <summary><c>loramesh model import-gguf</c>: an adapter of llama.cpp as a PEFT folder.</summary>
internal static class ImportGgufCommand
{
    internal static Command Create(Screen screen)
    {
        var model = ModelCommand.Folder("only its config.json is read");
        var input = new Option<string>("--in") { Description = "GGUF adapter to read, in f32, f16, bf16 or q8_0.", HelpName = "FILE", Required = true };
        var output = new Option<string>("--out") { Description = "PEFT folder to write.", HelpName = "DIR", Required = true };
        var command = new TaughtCommand("import-gguf", "Read a GGUF adapter, whoever wrote it, as a PEFT folder over its base model.")
        {
            Examples = ["loramesh model import-gguf --model models/loramesh-tiny --in adapter.gguf --out adapters/tickets"],
        };
        command.Add(model);
        command.Add(input);
        command.Add(output);
        command.Add(SharedOptions.Json());
        command.SetAction(parsed => Import(screen, parsed.GetRequiredValue(model), parsed.GetRequiredValue(input), parsed.GetRequiredValue(output)));
        return command;
    }

    private static int Import(Screen screen, string model, string input, string output)
    {
        if (!File.Exists(input))
        {
            throw new CommandException(ExitCode.WrongCommand, "no_such_file", $"--in {input} is no file (looked at {Path.GetFullPath(input)}).");
        }

        TorchRuntime.Initialize();
        var read = LoadedModel.Read("--model", model, () => AdapterImport.Write(model, input, output));
        if (read.Ignored.Count > 0)
        {
            screen.ErrorLine($"Note: {read.Ignored.Count} norms ({read.Ignored[0]} first) are left out; llama.cpp does not use them either.");
        }

        screen.Line($"{read.Pairs} pairs of rank {read.Rank} written to {output}");
        if (screen.Json)
        {
            screen.Emit(new { output, read.Pairs, read.Rank, read.Alpha, read.Ignored });
        }

        return ExitCode.Done;
    }
}
