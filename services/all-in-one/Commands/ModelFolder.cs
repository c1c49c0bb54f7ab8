using LoraMesh.CommandLine;
using LoraMesh.Text;

namespace LoraMesh.AllInOne.Commands;

/// <summary>What the hands-on verbs read of a model's folder; a folder that has no more than these files will do.</summary>
public static class ModelFolder
{
    /// <summary>The tokenizer.</summary>
    /// <exception cref="CommandException">It is missing, malformed or asks for what is not implemented.</exception>
    public static Tokenizer Tokenizer(string folder) => Read(folder, Text.Tokenizer.Load);

    /// <summary>The chat template.</summary>
    /// <exception cref="CommandException">It is missing or malformed.</exception>
    public static ChatTemplate ChatTemplate(string folder) => Read(folder, Text.ChatTemplate.Load);

    private static T Read<T>(string folder, Func<string, T> load)
    {
        NamedFolder.Check("--model", folder);
        try
        {
            return load(folder);
        }
        catch (Exception failure) when (failure is TokenizerFormatException or UnsupportedTokenizerException or ChatTemplateException)
        {
            throw new CommandException(ExitCode.WrongCommand, "model_unusable", $"--model {folder}: {failure.Message}", failure);
        }
    }
}
