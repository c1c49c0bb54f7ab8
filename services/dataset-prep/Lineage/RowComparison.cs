using System.Globalization;
using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Building;

namespace LoraMesh.DatasetPrep.Lineage;

/// <summary>Compares the rows of two dataset folders by their ids.</summary>
internal static class RowComparison
{
    private const string Start = "{\"id\":\"";
    private const int IdDigits = 16;

    private enum Side : byte
    {
        Train,
        Test,
        Seen,
    }

    public static RowDifference Compare(string before, string after, int shown, CancellationToken cancellationToken)
    {
        var rows = new Dictionary<ulong, Side>();
        foreach (var (id, _, side) in Rows(before, cancellationToken))
        {
            rows.TryAdd(id, side);
        }

        var (kept, added, toTest, toTrain) = (0L, 0L, 0L, 0L);
        var addedRows = new List<RowOrigin>();
        foreach (var (id, line, side) in Rows(after, cancellationToken))
        {
            if (!rows.TryGetValue(id, out var was))
            {
                added++;
                Show(addedRows, line, shown);
                continue;
            }

            rows[id] = Side.Seen;
            kept++;
            toTest += was == Side.Train && side == Side.Test ? 1 : 0;
            toTrain += was == Side.Test && side == Side.Train ? 1 : 0;
        }

        var removedRows = new List<RowOrigin>();
        var removed = rows.Values.LongCount(side => side != Side.Seen);
        foreach (var (id, line, _) in removed > 0 ? Rows(before, cancellationToken) : [])
        {
            if (removedRows.Count == shown)
            {
                break;
            }

            if (rows[id] != Side.Seen)
            {
                Show(removedRows, line, shown);
            }
        }

        return new RowDifference { Kept = kept, Added = added, Removed = removed, ToTest = toTest, ToTrain = toTrain, AddedRows = addedRows, RemovedRows = removedRows };
    }

    private static void Show(List<RowOrigin> rows, string line, int most)
    {
        if (rows.Count < most)
        {
            using var row = JsonDocument.Parse(line);
            var source = row.RootElement.GetProperty("source");
            rows.Add(new RowOrigin { Id = row.RootElement.GetProperty("id").GetString()!, File = source.GetProperty("file").GetString()!, Line = source.GetProperty("line").GetInt32() });
        }
    }

    private static IEnumerable<(ulong Id, string Line, Side Side)> Rows(string folder, CancellationToken cancellationToken)
    {
        foreach (var (name, side) in ((string, Side)[])[(DatasetFileNames.Train, Side.Train), (DatasetFileNames.Test, Side.Test)])
        {
            var path = Path.Combine(folder, name + ".jsonl");
            if (!File.Exists(path))
            {
                throw new InvalidDataException($"{path} is missing: the folder holds only a part of its dataset.");
            }

            var number = 0;
            foreach (var line in File.ReadLines(path))
            {
                cancellationToken.ThrowIfCancellationRequested();
                number++;
                yield return line.StartsWith(Start, StringComparison.Ordinal) && line.Length > Start.Length + IdDigits
                    && ulong.TryParse(line.AsSpan(Start.Length, IdDigits), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var id)
                    ? (id, line, side)
                    : throw new InvalidDataException($"{path} line {number} does not begin with a row's id: it was changed after it was prepared.");
            }
        }
    }
}
