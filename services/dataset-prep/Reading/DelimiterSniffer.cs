namespace LoraMesh.DatasetPrep.Reading;

/// <summary>Finds out by what the columns of a text are kept apart.</summary>
internal static class DelimiterSniffer
{
    private const int RecordsToLookAt = 50;
    private static readonly byte[] Delimiters = [(byte)',', (byte)'\t', (byte)';', (byte)'|'];

    /// <summary>Bytes of a first line such as <c>sep=;</c>, its end included; 0 where there is none.</summary>
    public static int HintLength(ReadOnlySpan<byte> text)
    {
        var end = text[..Math.Min(text.Length, 8)].IndexOf((byte)'\n');
        return end >= 5 && text.StartsWith("sep="u8) && text[5..end].TrimEnd((byte)'\r').Length == 0 ? end + 1 : 0;
    }

    /// <summary>The delimiter that gives the first records the most even number of columns, at least two; null where none does.</summary>
    /// <param name="head">The first bytes of the file.</param>
    /// <param name="isWhole">Whether the file ends with them.</param>
    public static byte? Find(ReadOnlySpan<byte> head, bool isWhole)
    {
        if (HintLength(head) > 0)
        {
            return head[4];
        }

        (byte? Delimiter, double Share, int Columns) best = (null, 0, 0);
        foreach (var delimiter in Delimiters)
        {
            var (share, columns) = Judge(head, delimiter, isWhole);
            if (columns >= 2 && (share > best.Share || (share == best.Share && columns > best.Columns)))
            {
                best = (delimiter, share, columns);
            }
        }

        return best.Delimiter;
    }

    /// <summary>Whether a text that promises nothing is a table all the same: its header is of names, and all records have as many columns.</summary>
    public static bool IsTable(ReadOnlySpan<byte> head, bool isWhole)
    {
        if (Find(head, isWhole) is not { } delimiter || Judge(head, delimiter, isWhole) is not { Share: >= 1 })
        {
            return false;
        }

        var header = new DelimitedRecord(delimiter);
        header.Read(head, isWhole);
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var field = 0; field < header.Count; field++)
        {
            var name = System.Text.Encoding.UTF8.GetString(header.Raw(head, field)).Trim();
            if (name.Length is 0 or > 40 || !names.Add(name) || !name.All(c => char.IsLetterOrDigit(c) || c is '_' or '-' or '.'))
            {
                return false;
            }
        }

        return header.Length < head.Length;
    }

    // The share of records with as many columns as the first.
    private static (double Share, int Columns) Judge(ReadOnlySpan<byte> head, byte delimiter, bool isWhole)
    {
        var record = new DelimitedRecord(delimiter);
        var (records, even, columns) = (0, 0, 0);
        while (head.Length > 0 && records < RecordsToLookAt && record.Read(head, isWhole) == RecordEnd.Whole)
        {
            head = head[record.Length..];
            if (record.Count == 1 && record.Length <= 2)
            {
                continue;
            }

            columns = records == 0 ? record.Count : columns;
            even += record.Count == columns ? 1 : 0;
            records++;
        }

        return records == 0 ? (0, 0) : ((double)even / records, columns);
    }
}
