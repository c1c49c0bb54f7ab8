using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Problems;

namespace LoraMesh.DatasetPrep.Reading;

/// <summary>Says from the size alone whether a file is read at all, so that a refused one need not be fetched.</summary>
public static class InputGate
{
    /// <summary>The problem for which the file is refused whole, or null where it is to be read.</summary>
    public static DataProblem? Check(PrepInput input, PrepConfig config)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(config);
        var (name, bytes) = (input.Name, input.Bytes);
        if (input.LinkTarget is { } target)
        {
            return FileProblem.Of(name, ProblemKind.SymbolicLink, $"a link to {target}", "a file", "Drop the file itself: what a link leads to may change, or lie outside the folder.");
        }

        if (bytes > config.MaxFileBytes)
        {
            return FileProblem.Of(
                name,
                ProblemKind.FileTooLarge,
                $"{Shown.Number(bytes)} bytes",
                $"at most {Shown.Number(config.MaxFileBytes)} bytes (prep.max_file_bytes)",
                "Split it into smaller files, or raise prep.max_file_bytes in project.yaml.");
        }

        return bytes == 0 ? FileProblem.Empty(name, "0 bytes") : null;
    }
}
