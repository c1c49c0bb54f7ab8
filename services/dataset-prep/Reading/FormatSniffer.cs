using System.Text.Json;
using LoraMesh.DatasetPrep.Rows;

namespace LoraMesh.DatasetPrep.Reading;

/// <summary>What a file is, as its first bytes and only then its name tell it.</summary>
/// <param name="Format">The layout.</param>
/// <param name="Delimiter">What keeps the columns of a delimited file apart.</param>
/// <param name="ArrayOffset">Where the array of rows begins in a JSON file.</param>
/// <param name="ArrayName">The field that holds it; null where the file is the array.</param>
internal sealed record SniffedFormat(FileFormat Format, byte Delimiter = 0, int ArrayOffset = 0, string? ArrayName = null);

/// <summary>Recognises formats.</summary>
internal static class FormatSniffer
{
    private const int LinesToJudgeBy = 3;

    /// <summary>The format, or null for text of which neither content nor name say what it is.</summary>
    /// <param name="head">The first bytes, unpacked, in UTF-8.</param>
    /// <param name="isWhole">Whether the file ends with them.</param>
    /// <param name="name">The file's name.</param>
    public static SniffedFormat? Of(ReadOnlySpan<byte> head, bool isWhole, string name)
    {
        if (head.StartsWith("PAR1"u8))
        {
            return new(FileFormat.Parquet);
        }

        var mark = ByteOrderMark.Length(head);
        var text = head[mark..];
        var named = FileFormats.OfName(name);
        var start = mark + text.IndexOfAnyExcept(" \t\r\n"u8);
        var first = start < mark ? (byte)0 : head[start];
        if (first == (byte)'[' && IsArray(head[start..], named))
        {
            return new(FileFormat.JsonArray, ArrayOffset: start);
        }

        if (first == (byte)'{')
        {
            return OfObjects(head, start, isWhole, named);
        }

        if (named.Contains(FileFormat.Delimited))
        {
            return new(FileFormat.Delimited, DelimiterSniffer.Find(text, isWhole) ?? (byte)',');
        }

        // A table under another name must be one throughout; prose has commas too.
        if (DelimiterSniffer.IsTable(text, isWhole))
        {
            return new(FileFormat.Delimited, DelimiterSniffer.Find(text, isWhole)!.Value);
        }

        if (named is [FileFormat.JsonLines] || HasObjectLine(text))
        {
            return new(FileFormat.JsonLines);
        }

        return named.Contains(FileFormat.PlainText) && IsMarkdown(text) ? new(FileFormat.Markdown)
            : named is [var format, ..] && format is FileFormat.PlainText or FileFormat.Markdown ? new(format)
            : null;
    }

    private static bool IsArray(ReadOnlySpan<byte> text, IReadOnlyList<FileFormat> named)
    {
        var inside = text[1..].TrimStart(" \t\r\n"u8);
        return named.Contains(FileFormat.JsonArray) || inside.Length == 0 || inside[0] is (byte)'{' or (byte)']';
    }

    private static SniffedFormat OfObjects(ReadOnlySpan<byte> head, int start, bool isWhole, IReadOnlyList<FileFormat> named)
    {
        var array = FindArray(head[start..], isWhole);
        if (named.Contains(FileFormat.JsonArray) && array is var (at, field))
        {
            return new(FileFormat.JsonArray, ArrayOffset: start + at, ArrayName: field);
        }

        var seen = 0;
        var lines = head[start..];
        var first = FirstLine(ref lines, out var ended);
        if (IsObject(first) || (!ended && !isWhole) || first.TrimEnd(" \t\r"u8).EndsWith("}"u8))
        {
            return new(FileFormat.JsonLines);
        }

        if (IsObjectOverLines(head[start..]))
        {
            return array is var (inside, name) ? new(FileFormat.JsonArray, ArrayOffset: start + inside, ArrayName: name) : new(FileFormat.JsonObjects);
        }

        while (seen++ < LinesToJudgeBy && lines.Length > 0)
        {
            if (FirstLine(ref lines, out _).TrimStart(" \t\r"u8) is [(byte)'{', ..] && first.Contains((byte)'"'))
            {
                return new(FileFormat.JsonLines);
            }
        }

        return array is var (offset, holder) ? new(FileFormat.JsonArray, ArrayOffset: start + offset, ArrayName: holder)
            : lines.Length == 0 && seen == 1 ? new(FileFormat.JsonLines)
            : new(FileFormat.JsonObjects);
    }

    // An array of objects under a name that no row bears, such as "data" or "train".
    private static (int Offset, string Name)? FindArray(ReadOnlySpan<byte> text, bool isWhole)
    {
        var reader = new Utf8JsonReader(text, isFinalBlock: isWhole, new JsonReaderState(new JsonReaderOptions { MaxDepth = RowParser.MaxDepth }));
        try
        {
            var (name, array) = (string.Empty, -1);
            while (reader.Read())
            {
                if (reader.CurrentDepth == 1 && reader.TokenType == JsonTokenType.PropertyName)
                {
                    name = System.Text.Encoding.UTF8.GetString(reader.ValueSpan);
                }
                else if (reader.CurrentDepth == 1 && reader.TokenType == JsonTokenType.StartArray && !RowFields.AreKnown(name))
                {
                    array = (int)reader.TokenStartIndex;
                }
                else if (array >= 0)
                {
                    if (reader.TokenType == JsonTokenType.StartObject)
                    {
                        return (array, name);
                    }

                    array = -1;
                }
            }
        }
        catch (JsonException)
        {
            // What is wrong is for the row parser to say.
        }

        return null;
    }

    private static ReadOnlySpan<byte> FirstLine(ref ReadOnlySpan<byte> text, out bool ended)
    {
        var end = text.IndexOf((byte)'\n');
        ended = end >= 0;
        var line = ended ? text[..end] : text;
        text = ended ? text[(end + 1)..] : default;
        return line;
    }

    private static bool IsObject(ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = RowParser.MaxDepth });
        try
        {
            return reader.Read() && reader.TokenType == JsonTokenType.StartObject && reader.TrySkip() && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    // Whether the first value is a whole object after which its line ends.
    private static bool IsObjectOverLines(ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(text, isFinalBlock: false, new JsonReaderState(new JsonReaderOptions { MaxDepth = RowParser.MaxDepth, AllowMultipleValues = true }));
        try
        {
            return reader.Read() && reader.TrySkip() && text[(int)reader.BytesConsumed..].TrimStart(", \t\r"u8) is [] or [(byte)'\n', ..];
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool HasObjectLine(ReadOnlySpan<byte> text)
    {
        for (var line = 0; line < 20 && text.Length > 0; line++)
        {
            if (IsObject(FirstLine(ref text, out _)))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsMarkdown(ReadOnlySpan<byte> text)
    {
        var headings = 0;
        for (var line = 0; line < 200 && text.Length > 0; line++)
        {
            headings += MarkdownReader.IsHeading(FirstLine(ref text, out _)) ? 1 : 0;
        }

        return headings >= 2;
    }
}
