using System.CommandLine;
using LoraMesh.CommandLine;
using LoraMesh.CommandLine.Display;
using LoraMesh.Model;

namespace LoraMesh.AllInOne.Commands;

/// <summary><c>loramesh model generate</c>: continues a text, a chat or rows of ids.</summary>
public static class GenerateCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Screen screen)
    {
        var model = ModelCommand.Folder("with --ids no tokenizer is needed");
        var adapter = ModelCommand.Adapter();
        var prompt = new Option<string?>("--prompt") { Description = "Text to continue; special tokens are added as the tokenizer adds them.", HelpName = "TEXT" };
        var messages = new Option<string?>("--messages") { Description = "Chat to answer: a JSON list of messages, or an object with messages and tools.", HelpName = "FILE" };
        var ids = new Option<string?>("--ids") { Description = """Rows to continue, {"input_ids": [[…]], "attention_mask": [[…]]}. Tokens that end a text do not end them; see --stop.""", HelpName = "FILE" };
        var stop = new Option<bool>("--stop") { Description = "With --ids too, end at a token that ends a text." };
        var most = new Option<int>("--max-new-tokens") { Description = "Tokens to add at most.", HelpName = "N", DefaultValueFactory = _ => 128 };
        var temperature = new Option<double>("--temperature") { Description = "0 takes the likeliest token (greedy); above, tokens are drawn.", DefaultValueFactory = _ => 0 };
        var topK = new Option<int>("--top-k") { Description = "Draw among the K likeliest; 0 for all.", DefaultValueFactory = _ => 0 };
        var topP = new Option<double>("--top-p") { Description = "Draw among the likeliest that together have this probability.", DefaultValueFactory = _ => 1 };
        var seed = new Option<long>("--seed") { Description = "Decides what is drawn.", DefaultValueFactory = _ => 0 };
        var command = new TaughtCommand("generate", "Continue a text, a chat or rows of token ids; greedy unless a temperature is given.")
        {
            Examples =
            [
                "loramesh model generate --model models/loramesh-tiny --prompt \"Once upon a time\" --max-new-tokens 40",
                "loramesh model generate --model models/loramesh-tiny --ids ids.json --max-new-tokens 16 --json",
            ],
        };
        foreach (var option in (Option[])[model, adapter, prompt, messages, ids, stop, most, temperature, topK, topP, seed])
        {
            command.Add(option);
        }

        command.Add(SharedOptions.Json());
        most.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 1_000_000)
            {
                result.AddError($"--max-new-tokens is {result.GetValueOrDefault<int>()}; expected 1 to 1,000,000.");
            }
        });
        command.Validators.Add(result =>
        {
            if (((string?[])[result.GetValue(prompt), result.GetValue(messages), result.GetValue(ids)]).Count(value => value is not null) != 1)
            {
                result.AddError("Give one of --prompt, --messages and --ids.");
            }
        });
        command.SetAction((parsed, cancellationToken) => Task.Run(
            () =>
            {
                var folder = parsed.GetRequiredValue(model);
                using var loaded = LoadedModel.Load(screen, folder, parsed.GetValue(adapter));
                var input = GenerationInput.Read(folder, loaded.Model.Config, parsed.GetValue(prompt), parsed.GetValue(messages), parsed.GetValue(ids));
                var sampling = new SamplingOptions { Temperature = parsed.GetValue(temperature), TopK = parsed.GetValue(topK), TopP = parsed.GetValue(topP) };
                var stops = input.Tokenizer is not null || parsed.GetValue(stop);
                return new Generate(screen, loaded, input, sampling, unchecked((ulong)parsed.GetValue(seed))).Run(parsed.GetValue(most), stops, cancellationToken);
            },
            cancellationToken));
        return command;
    }
}
