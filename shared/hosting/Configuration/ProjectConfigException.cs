namespace LoraMesh.Hosting.Configuration;

/// <summary>A configuration file cannot be used; every problem in it is listed.</summary>
public sealed class ProjectConfigException : Exception
{
    /// <summary>Makes the exception from at least one problem.</summary>
    public ProjectConfigException(IReadOnlyList<ConfigProblem> problems)
        : base(Describe(problems))
    {
        Problems = problems;
    }

    /// <summary>The problems, ordered by line and column.</summary>
    public IReadOnlyList<ConfigProblem> Problems { get; }

    private static string Describe(IReadOnlyList<ConfigProblem> problems) =>
        $"The configuration has {(problems.Count == 1 ? "a problem" : $"{problems.Count} problems")}: {string.Join(" | ", problems)}";
}
