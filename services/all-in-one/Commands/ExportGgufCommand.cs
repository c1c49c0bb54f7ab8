using System.CommandLine;
using LoraMesh.CommandLine;
using LoraMesh.CommandLine.Display;
using LoraMesh.Model.Gguf;

namespace LoraMesh.AllInOne.Commands;

/// <summary><c>loramesh model export-gguf</c>: a base model or an adapter for llama.cpp.</summary>
internal static class ExportGgufCommand
{
    internal static Command Create(Screen screen)
    {
        var model = ModelCommand.Folder("config.json, and for a base model its weights and its tokenizer, are read");
        var adapter = ModelCommand.Adapter();
        var merge = new Option<bool>("--merge") { Description = "Write the base model with the adapter merged in, instead of the adapter: the way for whatever a GGUF adapter cannot carry (DoRA, biases, whole modules, trained tokens)." };
        var type = new Option<string?>("--outtype") { Description = $"How a base model's matrices are stored: {string.Join(", ", BaseExport.Types)}. Default: f32, which loses nothing. Adapters are always f32.", HelpName = "TYPE" };
        type.AcceptOnlyFromAmong([.. BaseExport.Types]);
        var output = new Option<string>("--out") { Description = "GGUF file to write.", HelpName = "FILE", Required = true };
        var command = new TaughtCommand("export-gguf", "Write a base model as llama.cpp reads it; with --adapter the adapter for it, its scale folded into the matrices; with --merge both in one.")
        {
            Examples =
            [
                "loramesh model export-gguf --model models/loramesh-tiny --outtype q8_0 --out base.gguf",
                "loramesh model export-gguf --model models/loramesh-tiny --adapter adapters/tickets --out adapter.gguf",
                "loramesh model export-gguf --model models/loramesh-tiny --adapter adapters/tickets --merge --out tickets.gguf",
                "llama-server -m base.gguf --lora adapter.gguf",
            ],
        };
        command.Add(model);
        command.Add(adapter);
        command.Add(merge);
        command.Add(type);
        command.Add(output);
        command.Add(SharedOptions.Json());
        command.SetAction((parsed, cancellationToken) => Task.Run(
            () => ExportGguf.Run(screen, new ExportGgufRequest
            {
                Model = parsed.GetRequiredValue(model),
                Adapter = parsed.GetValue(adapter),
                Merge = parsed.GetValue(merge),
                Type = parsed.GetValue(type),
                Output = parsed.GetRequiredValue(output),
            }, cancellationToken),
            cancellationToken));
        return command;
    }
}
