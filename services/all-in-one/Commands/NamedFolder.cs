using LoraMesh.CommandLine;
using LoraMesh.Model;

namespace LoraMesh.AllInOne.Commands;

/// <summary>A model's or adapter's folder that a command names.</summary>
public static class NamedFolder
{
    /// <summary>Ends the command where there is no such folder, or where a link in it leads elsewhere.</summary>
    /// <param name="option">What named it, such as <c>--model</c>.</param>
    /// <param name="folder">The folder.</param>
    /// <exception cref="CommandException">It cannot be read from.</exception>
    public static void Check(string option, string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new CommandException(ExitCode.WrongCommand, "no_such_folder", $"{option} {folder} is no folder (looked at {Path.GetFullPath(folder)}).");
        }

        try
        {
            ForeignLinks.Refuse(folder);
        }
        catch (UnsupportedModelException foreign)
        {
            throw new CommandException(ExitCode.RefusedInput, "unsupported", foreign.Message, foreign);
        }
    }
}
