using System.CommandLine;
using LoraMesh.CommandLine;
using LoraMesh.CommandLine.Display;

namespace LoraMesh.AllInOne.Commands;

/// <summary><c>loramesh model</c>: a model's folder by hand, so that a person sees what the model sees.</summary>
public static class ModelCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Screen screen)
    {
        var command = new TaughtCommand("model", "Look at a model's folder by hand: its parts, its tokens, its rendered chats, its logits, its answers.")
        {
            Examples =
            [
                "loramesh model info --model models/loramesh-tiny",
                "loramesh model tokenize --model models/loramesh-tiny --in texts.jsonl",
                "loramesh model render --model models/loramesh-tiny --in chats.jsonl",
                "loramesh model generate --model models/loramesh-tiny --prompt \"Once upon a time\"",
            ],
        };
        command.Add(InfoCommand.Create(screen));
        command.Add(TokenizeCommand.Create(screen));
        command.Add(RenderCommand.Create(screen));
        command.Add(LogitsCommand.Create(screen));
        command.Add(GenerateCommand.Create(screen));
        command.Add(ExportGgufCommand.Create(screen));
        command.Add(ImportGgufCommand.Create(screen));
        command.Add(MergeCommand.Create(screen));
        command.Add(KeygenCommand.Create(screen));
        command.Add(SignCommand.Create(screen));
        command.Add(VerifyCommand.Create(screen));
        return command;
    }

    /// <summary><c>--model</c></summary>
    internal static Option<string> Folder(string read) => new("--model") { Description = $"Folder of the model; {read}.", HelpName = "DIR", Required = true };

    /// <summary><c>--adapter</c></summary>
    internal static Option<string?> Adapter() => new("--adapter") { Description = "PEFT folder of an adapter over it.", HelpName = "DIR" };

    /// <summary><c>--in</c></summary>
    internal static Option<string> Requests() => new("--in") { Description = "Requests, one JSON object a line; - for standard input.", HelpName = "FILE", Required = true };

    /// <summary><c>--out</c></summary>
    internal static Option<string?> Answers() => new("--out") { Description = "File for the answers; standard output where it is not given.", HelpName = "FILE" };
}
