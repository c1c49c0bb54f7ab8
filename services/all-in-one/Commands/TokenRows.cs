using System.Text.Json;
using LoraMesh.CommandLine;
using LoraMesh.Model;

namespace LoraMesh.AllInOne.Commands;

/// <summary>
/// Rows of token ids from a file <c>{"input_ids": [[…]], "attention_mask": [[…]]}</c>. The mask may be left out; it may pad
/// on either side, with one run of real tokens a row.
/// </summary>
/// <param name="Width">Ids in each row, padding included.</param>
/// <param name="Rows">Per row its real tokens and where the first of them stands.</param>
public sealed record TokenRows(int Width, IReadOnlyList<(int Start, int[] Ids)> Rows)
{
    private const long MaxBytes = 256L * 1024 * 1024;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="vocabulary">Ids must be below it.</param>
    /// <exception cref="CommandException">The file is missing or malformed; the message says where.</exception>
    public static TokenRows Read(string path, int vocabulary)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            throw new CommandException(ExitCode.WrongCommand, "no_such_file", $"--ids {path} does not exist (looked at {file.FullName}).");
        }

        if (file.Length > MaxBytes)
        {
            throw Refused(path, $"has {file.Length} bytes; at most {MaxBytes} are read");
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return Read(path, document.RootElement, vocabulary);
        }
        catch (JsonException failure)
        {
            throw Refused(path, $"is not JSON: line {failure.LineNumber + 1}, byte {failure.BytePositionInLine + 1}");
        }
    }

    private static TokenRows Read(string path, JsonElement root, int vocabulary)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("input_ids", out var ids) || ids.ValueKind != JsonValueKind.Array || ids.GetArrayLength() == 0)
        {
            throw Refused(path, "has no input_ids; expected {\"input_ids\": [[1, 2, …], …]}");
        }

        var hasMask = root.TryGetProperty("attention_mask", out var masks) && masks.ValueKind != JsonValueKind.Null;
        if (hasMask && (masks.ValueKind != JsonValueKind.Array || masks.GetArrayLength() != ids.GetArrayLength()))
        {
            throw Refused(path, $"attention_mask is not a list of {ids.GetArrayLength()} rows, as many as input_ids has");
        }

        var rows = new List<(int Start, int[] Ids)>();
        var width = -1;
        for (var row = 0; row < ids.GetArrayLength(); row++)
        {
            var values = Numbers(path, $"input_ids[{row}]", ids[row], vocabulary - 1);
            var mask = hasMask ? Numbers(path, $"attention_mask[{row}]", masks[row], 1) : [.. Enumerable.Repeat(1, values.Length)];
            width = width < 0 ? values.Length : width;
            if (values.Length != width || mask.Length != width)
            {
                throw Refused(path, $"row {row} has {values.Length} ids and {mask.Length} mask entries; every row must have as many as the first, {width}: pad with mask 0");
            }

            rows.Add(Real(path, row, values, mask));
        }

        return new TokenRows(width, rows);
    }

    private static (int Start, int[] Ids) Real(string path, int row, int[] values, int[] mask)
    {
        int start = Math.Max(Array.IndexOf(mask, 1), 0), count = mask.Sum();
        return mask.Skip(start).Take(count).All(bit => bit == 1)
            ? (start, values[start..(start + count)])
            : throw Refused(path, $"attention_mask[{row}] has zeros between ones; padding may stand before or after a row's tokens only");
    }

    private static int[] Numbers(string path, string where, JsonElement list, int highest)
    {
        if (list.ValueKind != JsonValueKind.Array)
        {
            throw Refused(path, $"{where} is a JSON {list.ValueKind}, expected a list of whole numbers");
        }

        var numbers = new int[list.GetArrayLength()];
        for (var i = 0; i < numbers.Length; i++)
        {
            var value = list[i];
            numbers[i] = value.ValueKind switch
            {
                JsonValueKind.True when highest == 1 => 1,
                JsonValueKind.False when highest == 1 => 0,
                JsonValueKind.Number when value.TryGetInt32(out var number) && number >= 0 && number <= highest => number,
                _ => throw Refused(path, $"{where}[{i}] is {value.GetRawText()}, expected a whole number from 0 to {highest}"),
            };
        }

        return numbers;
    }

    private static CommandException Refused(string path, string problem) => new(ExitCode.RefusedInput, "malformed", $"{path} {problem}.");
}
