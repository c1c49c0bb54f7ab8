using LoraMesh.CommandLine;

namespace LoraMesh.AllInOne.Commands;

/// <summary>A key that an option names.</summary>
internal static class KeyFile
{
    // A file with many public keys; a private one is far smaller.
    private const int MaxBytes = 1024 * 1024;

    /// <summary>Reads it; no message holds anything of it.</summary>
    /// <exception cref="CommandException">There is no such file, or it holds no such key.</exception>
    internal static T Read<T>(string option, string path, Func<string, T> parse)
    {
        if (!File.Exists(path) || new FileInfo(path).Length > MaxBytes)
        {
            throw new CommandException(ExitCode.WrongCommand, "no_such_file", $"{option} {path} is no file of at most {MaxBytes} bytes (looked at {Path.GetFullPath(path)}).");
        }

        try
        {
            return parse(File.ReadAllText(path));
        }
        catch (FormatException failure)
        {
            throw new CommandException(ExitCode.WrongCommand, "wrong_key", $"{option} {path}: {failure.Message}.", failure);
        }
    }
}
