using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Problems;

namespace LoraMesh.DatasetPrep.Reading;

/// <summary>Reads the rows of one file that <see cref="InputGate"/> has let through, whatever its layout.</summary>
internal static class RowReader
{
    private const int BufferBytes = 64 * 1024;
    private const int LinesToJudgeBy = 3;

    /// <summary>The rows in file order; the memory of one is reused for the next. A file without rows gives one remark.</summary>
    public static IEnumerable<RawRow> Read(PrepInput input)
    {
        var any = false;
        foreach (var row in ReadLayout(input))
        {
            any = true;
            yield return row;
        }

        if (!any)
        {
            yield return OfFile(InputGate.Empty(input.Name, $"{Shown.Number(input.Bytes)} bytes, no row among them"));
        }
    }

    private static IEnumerable<RawRow> ReadLayout(PrepInput input)
    {
        using var stream = new FileStream(input.Path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferBytes, FileOptions.SequentialScan);
        var head = Head(stream);
        if (head.AsSpan().StartsWith<byte>([0xFF, 0xFE]) || head.AsSpan().StartsWith<byte>([0xFE, 0xFF]))
        {
            return [OfFile(Utf16(input.Name, head))];
        }

        if (!InputGate.IsArrayFile(input.Name))
        {
            return ReadLines(input);
        }

        var first = head.AsSpan(ByteOrderMark.Length(head)).TrimStart(" \t\r\n"u8);
        if (first.Length > 0 && first[0] == (byte)'[')
        {
            return ReadArray(input);
        }

        return first.Length == 0 || ReadLines(input).Take(LinesToJudgeBy).Any(row => IsObject(row.Text))
            ? ReadLines(input)
            : [OfFile(NeitherArrayNorLines(input.Name, first))];
    }

    private static IEnumerable<RawRow> ReadLines(PrepInput input)
    {
        using var stream = Open(input);
        foreach (var row in new LineReader(stream, input.Name).Read())
        {
            yield return row;
        }
    }

    private static IEnumerable<RawRow> ReadArray(PrepInput input)
    {
        using var stream = Open(input);
        foreach (var row in new ArrayReader(stream, input.Name).Read())
        {
            yield return row;
        }
    }

    private static FileStream Open(PrepInput input) =>
        new(input.Path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferBytes, FileOptions.SequentialScan);

    private static byte[] Head(FileStream stream)
    {
        var head = new byte[BufferBytes];
        return head[..stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
    }

    private static bool IsObject(ReadOnlyMemory<byte> text)
    {
        try
        {
            using var document = JsonDocument.Parse(text[ByteOrderMark.Length(text.Span)..]);
            return document.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static RawRow OfFile(DataProblem problem) => new(problem.Line, 0, default, problem) { IsRow = false };

    private static DataProblem Utf16(string file, byte[] head) => new()
    {
        File = file,
        Line = 0,
        Path = string.Empty,
        Kind = ProblemKind.NotUtf8,
        Found = $"bytes 0x{head[0]:X2} 0x{head[1]:X2} at offset 0: the mark of UTF-16",
        Expected = "UTF-8",
        Suggestion = "Save the file as UTF-8 and drop it again.",
    };

    private static DataProblem NeitherArrayNorLines(string file, ReadOnlySpan<byte> head) => new()
    {
        File = file,
        Line = 0,
        Path = string.Empty,
        Kind = ProblemKind.WrongType,
        Found = Shown.Text(head),
        Expected = "an array of rows, or one row object per line",
        Suggestion = "Write the rows as [{…}, {…}], or one per line into a .jsonl file.",
    };
}
