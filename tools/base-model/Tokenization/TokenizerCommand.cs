using System.CommandLine;
using System.Text.Json;
using LoraMesh.BaseModel.Corpus;

namespace LoraMesh.BaseModel.Tokenization;

/// <summary>The <c>tokenizer</c> command: learns the vocabulary from a corpus.</summary>
public static class TokenizerCommand
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        var corpus = new Option<string>("--corpus") { Description = "Corpus that the 'corpus' command wrote (JSON lines).", Required = true };
        var vocabulary = new Option<int>("--vocab") { Description = "Size of the vocabulary, special tokens included (at least 300).", DefaultValueFactory = _ => 4096 };
        var context = new Option<int>("--context") { Description = "Longest input of the model, noted as model_max_length.", DefaultValueFactory = _ => 512 };
        var output = new Option<string>("--out") { Description = "Folder for tokenizer.json and its companions.", Required = true };
        var command = new Command("tokenizer", "Learn a byte-level BPE tokenizer and write it as Hugging Face files with a ChatML template.") { corpus, vocabulary, context, output };
        vocabulary.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var size) && size < 300)
            {
                result.AddError($"--vocab {size} is too small: 256 bytes and {TokenizerFiles.Special.Count} special tokens come first. Give at least 300.");
            }
        });
        command.SetAction(async (parsed, cancellation) =>
        {
            var trainer = new BpeTrainer();
            await CountAsync(parsed.GetRequiredValue(corpus), trainer, cancellation);
            var merges = trainer.Train(parsed.GetValue(vocabulary) - TokenizerFiles.Special.Count, new ConsoleProgress(), cancellation);
            await TokenizerFiles.WriteAsync(merges, parsed.GetValue(context), parsed.GetRequiredValue(output), cancellation);
            await Console.Out.WriteLineAsync($"{parsed.GetRequiredValue(output)}: {merges.Symbols.Count + TokenizerFiles.Special.Count} tokens, {merges.Pairs.Count} merges; the corpus is {merges.CorpusTokens} tokens");
        });
        return command;
    }

    private static async Task CountAsync(string path, BpeTrainer trainer, CancellationToken cancellation)
    {
        var number = 0;
        await foreach (var line in File.ReadLinesAsync(path, cancellation))
        {
            number++;
            var document = JsonSerializer.Deserialize<Document>(line, Json);
            if (document is null or { Text: null, Messages: null })
            {
                throw new InvalidDataException($"{path}, line {number}: neither \"text\" nor \"messages\". Write the corpus with the 'corpus' command.");
            }

            if (document.Text is { } text)
            {
                trainer.Count(text);
            }

            foreach (var turn in document.Messages ?? [])
            {
                trainer.Count(turn.Role + "\n");
                trainer.Count(turn.Content);
            }
        }
    }
}
