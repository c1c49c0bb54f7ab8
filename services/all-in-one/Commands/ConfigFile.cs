using LoraMesh.Contracts;
using LoraMesh.Hosting.Configuration;

namespace LoraMesh.AllInOne.Commands;

/// <summary>Reads the file that <c>--config</c> names.</summary>
public static class ConfigFile
{
    /// <summary>The configuration; defaults where no file is named.</summary>
    /// <param name="path">A file as <c>project.yaml</c> is, or null.</param>
    /// <exception cref="CommandException">The file is missing, or something in it is wrong.</exception>
    public static ProjectConfig Read(string? path)
    {
        if (path is null)
        {
            return new ProjectConfig();
        }

        if (!File.Exists(path))
        {
            throw new CommandException(ExitCode.WrongCommand, "no_such_file", $"--config names {path}, which does not exist (looked at {Path.GetFullPath(path)}).");
        }

        try
        {
            return ProjectYaml.Parse(File.ReadAllText(path));
        }
        catch (ProjectConfigException failure)
        {
            throw new CommandException(ExitCode.WrongCommand, "wrong_configuration", $"{path}: {failure.Message}", failure);
        }
    }
}
