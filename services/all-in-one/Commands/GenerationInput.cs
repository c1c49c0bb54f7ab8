using System.Text.Json;
using System.Text.Json.Nodes;
using LoraMesh.CommandLine;
using LoraMesh.Model;
using LoraMesh.Text;

namespace LoraMesh.AllInOne.Commands;

/// <summary>What is to be continued.</summary>
/// <param name="Rows">Token ids of each row.</param>
/// <param name="Tokenizer">Turns the answer into text; null where ids were given.</param>
public sealed record GenerationInput(IReadOnlyList<int[]> Rows, Tokenizer? Tokenizer)
{
    private const long MaxBytes = 16L * 1024 * 1024;

    /// <summary>Reads the one of the three that is given.</summary>
    /// <exception cref="CommandException">It, the tokenizer or the chat template cannot be used; the message says why.</exception>
    public static GenerationInput Read(string folder, ModelConfig config, string? prompt, string? messages, string? ids)
    {
        if (ids is not null)
        {
            return new GenerationInput([.. TokenRows.Read(ids, config.VocabSize).Rows.Select(row => row.Ids)], Tokenizer: null);
        }

        try
        {
            var tokenizer = Text.Tokenizer.Load(folder);
            int[] row = prompt is not null
                ? [.. tokenizer.Encode(prompt)]
                : [.. new ChatEncoder(tokenizer, ChatTemplate.Load(folder)).EncodePrompt(ReadChat(messages!))];
            return new GenerationInput([row], tokenizer);
        }
        catch (Exception failure) when (failure is TokenizerFormatException or UnsupportedTokenizerException or ChatTemplateException)
        {
            throw new CommandException(ExitCode.RefusedInput, "model_unusable", $"--model {folder}: {failure.Message}", failure);
        }
        catch (FileNotFoundException failure)
        {
            throw new CommandException(ExitCode.RefusedInput, "no_such_file", $"--model {folder}: {failure.Message}", failure);
        }
    }

    private static ChatRequest ReadChat(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists || file.Length > MaxBytes)
        {
            throw new CommandException(ExitCode.WrongCommand, "no_such_file", $"--messages {path} {(file.Exists ? $"has {file.Length} bytes; at most {MaxBytes} are read" : $"does not exist (looked at {file.FullName})")}.");
        }

        try
        {
            var root = JsonNode.Parse(File.ReadAllBytes(path));
            var chat = root as JsonArray ?? (root as JsonObject)?["messages"] as JsonArray
                ?? throw new CommandException(ExitCode.RefusedInput, "malformed", $"{path} has no messages; expected [{{\"role\": \"user\", \"content\": \"…\"}}].");
            return new ChatRequest
            {
                Messages = (JsonArray)chat.DeepClone(),
                Tools = (root as JsonObject)?["tools"]?.DeepClone() as JsonArray,
                AddGenerationPrompt = true,
            };
        }
        catch (JsonException failure)
        {
            throw new CommandException(ExitCode.RefusedInput, "malformed", $"{path} is not JSON: line {failure.LineNumber + 1}, byte {failure.BytePositionInLine + 1}.", failure);
        }
    }
}
