using System.Text;
using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Problems;
using LoraMesh.DatasetPrep.Reading;

namespace LoraMesh.DatasetPrep.Building;

/// <summary>Lists the refused rows for people who want to repair them; made when the first row is refused.</summary>
internal sealed class RejectedRowsFile(string path) : IDisposable
{
    /// <summary>Most rows that are listed; the report counts the others.</summary>
    public const int MaxRows = 100_000;

    /// <summary>Longest text of a row, in UTF-16 chars.</summary>
    public const int MaxChars = 2000;

    private FileStream? _stream;
    private int _rows;

    /// <summary>The beginning of a row as it is listed.</summary>
    public static string Head(RawRow row) =>
        Shown.Text(Encoding.UTF8.GetString(row.Text.Span[..Math.Min(row.Text.Length, 4 * MaxChars)]), MaxChars);

    /// <summary>Lists a row.</summary>
    /// <param name="head">Its beginning, as <see cref="Head"/> gives it.</param>
    /// <param name="problem">The first problem that cost it.</param>
    public void Add(string head, DataProblem problem)
    {
        if (_rows == MaxRows)
        {
            return;
        }

        _rows++;
        _stream ??= new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, 64 * 1024);
        var refused = new RefusedRow(problem.File, problem.Line, problem.Kind, problem.Path, head);
        JsonSerializer.Serialize(_stream, refused, ContractsJson.Options);
        _stream.WriteByte((byte)'\n');
    }

    /// <summary>The finished file, or null where nothing was refused.</summary>
    public BuiltFile? Finish()
    {
        _stream?.Dispose();
        return _stream is null ? null : BuiltFile.Describe(path);
    }

    public void Dispose() => _stream?.Dispose();

    private sealed record RefusedRow(string File, int Line, string Kind, string Path, string Text);
}
