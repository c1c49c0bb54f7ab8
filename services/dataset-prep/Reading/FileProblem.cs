using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Problems;

namespace LoraMesh.DatasetPrep.Reading;

/// <summary>Problems of whole files and of the places where a row could not be read.</summary>
internal static class FileProblem
{
    public static DataProblem Of(string file, string kind, string found, string expected, string suggestion, int line = 0, string path = "") => new()
    {
        File = file,
        Line = line,
        Path = path,
        Kind = kind,
        Found = Shown.Text(found),
        Expected = expected,
        Suggestion = suggestion,
    };

    /// <summary>No column bears a name that rows are read by.</summary>
    public static DataProblem UnknownColumns(string file, IEnumerable<string> columns, int line = 0) => Of(
        file,
        ProblemKind.UnknownColumns,
        "columns " + string.Join(", ", columns),
        "columns with names that rows are read by, such as prompt,completion",
        line == 0 ? "Rename the columns, or say in project.yaml under prep.columns which column is what." : "Add a header as the first line, or say in project.yaml under prep.columns which column is what.",
        line);

    /// <summary>There are no rows.</summary>
    public static DataProblem Empty(string file, string found) =>
        Of(file, ProblemKind.EmptyFile, found, "at least one row", "Drop the file again with its rows; an upload may have been cut off.");
}
