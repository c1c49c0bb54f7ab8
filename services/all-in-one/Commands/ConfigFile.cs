using LoraMesh.CommandLine;
using LoraMesh.Contracts;
using LoraMesh.Hosting.Configuration;

namespace LoraMesh.AllInOne.Commands;

/// <summary>Reads the file that <c>--config</c> names.</summary>
public static class ConfigFile
{
    /// <summary>The configuration; defaults where no file is named.</summary>
    /// <param name="path">A file as <c>project.yaml</c> is, or null.</param>
    /// <exception cref="CommandException">The file is missing, or something in it is wrong.</exception>
    public static ProjectConfig Read(string? path) => Read(path, ProjectYaml.Parse);

    /// <summary>How to train: flat keys, or the <c>training</c> section of a project's settings.</summary>
    /// <inheritdoc cref="Read(string?)" path="/param|/exception"/>
    public static TrainingConfig ReadTraining(string? path) => Read(path, ProjectYaml.ParseTrainingOrProject);

    /// <summary>What counts as better: the keys of <c>evaluation</c>, or a project's settings.</summary>
    /// <param name="path">The file that <paramref name="option"/> names.</param>
    /// <param name="option">The option, for messages.</param>
    /// <exception cref="CommandException">The file is missing, or something in it is wrong.</exception>
    public static EvaluationConfig ReadEvaluation(string path, string option) => Read(path, ProjectYaml.ParseEvaluationOrProject, option);

    /// <summary>What a search tries, beginning with some settings.</summary>
    /// <exception cref="CommandException">The file is missing, or something in it is wrong.</exception>
    public static SweepSettings ReadSweep(string path, TrainingConfig config) => ReadFile(path, text => SweepYaml.Parse(text, config), "--sweep");

    private static T Read<T>(string? path, Func<string, T> parse, string option = "--config")
        where T : new() => path is null ? new T() : ReadFile(path, parse, option);

    private static T ReadFile<T>(string path, Func<string, T> parse, string option)
    {
        if (!File.Exists(path))
        {
            throw new CommandException(ExitCode.WrongCommand, "no_such_file", $"{option} names {path}, which does not exist (looked at {Path.GetFullPath(path)}).");
        }

        try
        {
            return parse(File.ReadAllText(path));
        }
        catch (ProjectConfigException failure)
        {
            throw new CommandException(ExitCode.WrongCommand, "wrong_configuration", $"{path}: {failure.Message}", failure);
        }
    }
}
