namespace LoraMesh.CommandLine;

/// <summary>Exit codes of <c>loramesh</c>; scripts depend on them.</summary>
public static class ExitCode
{
    /// <summary>Done; a run that was waited for ended promoted.</summary>
    public const int Done = 0;

    /// <summary>The work failed, or its result was not promoted.</summary>
    public const int WorkFailed = 1;

    /// <summary>The command cannot be carried out as it was given.</summary>
    public const int WrongCommand = 2;

    /// <summary>The input was refused; the report says which file and line.</summary>
    public const int RefusedInput = 3;
}
