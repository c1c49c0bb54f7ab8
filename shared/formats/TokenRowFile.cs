using System.Text.Json;

namespace LoraMesh.Formats;

/// <summary>
/// Rows that are tokenized already, one JSON object a line. To be learnt: <c>input_ids</c> and <c>labels</c> (-100 where a
/// token carries no loss; without them every token does), optionally <c>attention_mask</c> for padded rows. Preferences:
/// <c>prompt_input_ids</c>, <c>chosen_input_ids</c> and <c>rejected_input_ids</c> (or <c>prompt_ids</c>, <c>chosen_ids</c>,
/// <c>rejected_ids</c>, TRL's names), or whole sequences as <c>chosen_input_ids</c> with <c>chosen_labels</c> and the same for
/// <c>rejected</c>.
/// </summary>
public sealed class TokenRowFile
{
    /// <summary>Longest line in characters.</summary>
    public const int MaxLine = 64 * 1024 * 1024;

    /// <summary>Most rows of one file.</summary>
    public const int MaxRows = 10_000_000;

    private TokenRowFile(IReadOnlyList<TokenRow> rows, IReadOnlyList<PreferencePair> pairs) => (Rows, Pairs) = (rows, pairs);

    /// <summary>Rows to be learnt; empty where there are pairs.</summary>
    public IReadOnlyList<TokenRow> Rows { get; }

    /// <summary>Preference pairs; empty where there are rows.</summary>
    public IReadOnlyList<PreferencePair> Pairs { get; }

    /// <summary>Whether the first row of a file is tokenized: the whole file must be then.</summary>
    public static bool IsTokenized(string path)
    {
        foreach (var line in File.ReadLines(path))
        {
            if (!string.IsNullOrWhiteSpace(line))
            {
                try
                {
                    using var row = JsonDocument.Parse(line);
                    return row.RootElement.ValueKind == JsonValueKind.Object
                        && row.RootElement.EnumerateObject().Any(field => field.Name.EndsWith("input_ids", StringComparison.Ordinal) || field.Name is "chosen_ids");
                }
                catch (JsonException)
                {
                    return false;
                }
            }
        }

        return false;
    }

    /// <summary>Reads every row.</summary>
    /// <exception cref="InvalidDataException">A row is not what it should be; the message says where, what was found and what is expected.</exception>
    public static TokenRowFile Read(string path)
    {
        List<TokenRow> rows = [];
        List<PreferencePair> pairs = [];
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            var place = $"{Path.GetFileName(path)} line {number}";
            if (line.Length > MaxLine || rows.Count + pairs.Count >= MaxRows)
            {
                throw new InvalidDataException($"{place}: {(line.Length > MaxLine ? $"the line has {line.Length} characters, at most {MaxLine} are allowed" : $"more than {MaxRows} rows")}.");
            }

            using var json = Parse(place, line);
            var row = new TokenRowReader(place, json.RootElement);
            if (row.IsPair)
            {
                pairs.Add(row.Pair());
            }
            else
            {
                rows.Add(row.Row());
            }

            if (rows.Count > 0 && pairs.Count > 0)
            {
                throw new InvalidDataException($"{place}: rows to be learnt and preference pairs lie in one file; put them into two.");
            }
        }

        return rows.Count + pairs.Count > 0 ? new TokenRowFile(rows, pairs) : throw new InvalidDataException($"{path} has no rows.");
    }

    private static JsonDocument Parse(string place, string line)
    {
        try
        {
            return JsonDocument.Parse(line);
        }
        catch (JsonException broken)
        {
            throw new InvalidDataException($"{place}: this is not JSON (column {broken.BytePositionInLine + 1}); expected one object a line.", broken);
        }
    }
}
