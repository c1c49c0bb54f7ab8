using System.CommandLine;
using LoraMesh.BaseModel.Corpus.WordNet;

namespace LoraMesh.BaseModel.Corpus;

/// <summary>The <c>corpus</c> command: writes the pretraining texts.</summary>
public static class CorpusCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        var output = new Option<string>("--out") { Description = "File to write, one JSON document a line: {\"text\"} or {\"messages\"}.", Required = true };
        var seed = new Option<int>("--seed") { Description = "The same seed writes the same corpus.", DefaultValueFactory = _ => 1 };
        var tokens = new Option<long>("--tokens-approx") { Description = "Size to aim for, in tokens of the 4096-word vocabulary.", DefaultValueFactory = _ => 9_500_000 };
        var wordnet = new Option<string?>("--wordnet") { Description = "Folder of WordNet 3.0 (data.noun, index.noun, …; Debian package wordnet-base: /usr/share/wordnet). Without it there are no dictionary texts." };
        var command = new Command("corpus", "Write the pretraining corpus: prose and small chat tasks from word banks, grammars and WordNet.") { output, seed, tokens, wordnet };
        command.SetAction(async (parsed, cancellation) =>
        {
            var directory = parsed.GetValue(wordnet);
            var synsets = directory is null ? [] : await WordNetReader.ReadAsync(directory, cancellation);
            await Console.Error.WriteLineAsync($"{synsets.Count} dictionary meanings");
            var mix = new CorpusMix(GrammarFiles.Load(), new Draw(parsed.GetValue(seed)), synsets);
            var writer = new CorpusWriter(mix, new ConsoleProgress());
            var path = parsed.GetRequiredValue(output);
            var (documents, characters) = await writer.WriteAsync(path, parsed.GetValue(tokens), cancellation);
            await Console.Out.WriteLineAsync($"{path}: {documents} documents, {characters} characters");
        });
        return command;
    }
}
