using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Problems;

namespace LoraMesh.DatasetPrep.Reading;

/// <summary>Says from name and size alone whether a file is read at all, so that a refused one need not be fetched.</summary>
public static class InputGate
{
    private const string FormatsRead = "JSON Lines (.jsonl, .ndjson) or an array of rows (.json), UTF-8";

    /// <summary>The problem for which the file is refused whole, or null where it is to be read.</summary>
    public static DataProblem? Check(string name, long bytes, PrepConfig config)
    {
        if (!IsArrayFile(name) && !IsLinesFile(name))
        {
            var extension = Path.GetExtension(name);
            return Refused(
                name,
                ProblemKind.UnsupportedFormat,
                extension.Length > 0 ? Shown.Text($"a {extension} file") : "a file without an extension",
                FormatsRead,
                "Convert it to one JSON object per line, such as {\"prompt\": \"…\", \"completion\": \"…\"}, and drop it as .jsonl.");
        }

        if (bytes > config.MaxFileBytes)
        {
            return Refused(
                name,
                ProblemKind.FileTooLarge,
                $"{Shown.Number(bytes)} bytes",
                $"at most {Shown.Number(config.MaxFileBytes)} bytes (prep.max_file_bytes)",
                "Split it into smaller files, or raise prep.max_file_bytes in project.yaml.");
        }

        return bytes == 0 ? Empty(name, "0 bytes") : null;
    }

    internal static bool IsArrayFile(string name) => name.EndsWith(".json", StringComparison.OrdinalIgnoreCase);

    internal static DataProblem Empty(string name, string found) => Refused(
        name, ProblemKind.EmptyFile, found, "at least one row", "Drop the file again with its rows; an upload may have been cut off.");

    private static bool IsLinesFile(string name) =>
        name.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".ndjson", StringComparison.OrdinalIgnoreCase);

    private static DataProblem Refused(string name, string kind, string found, string expected, string suggestion) => new()
    {
        File = name,
        Line = 0,
        Path = string.Empty,
        Kind = kind,
        Found = found,
        Expected = expected,
        Suggestion = suggestion,
    };
}
