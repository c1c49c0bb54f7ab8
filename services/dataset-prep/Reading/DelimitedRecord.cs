using System.Buffers;

namespace LoraMesh.DatasetPrep.Reading;

/// <summary>How the reading of one record ended.</summary>
internal enum RecordEnd
{
    /// <summary>At its line's end or the text's.</summary>
    Whole,

    /// <summary>More bytes are needed to say.</summary>
    MoreNeeded,

    /// <summary>A quoted field is followed by something else than a delimiter.</summary>
    TextAfterQuote,

    /// <summary>The text ends inside quotes.</summary>
    OpenQuote,
}

/// <summary>Splits one record of a delimited file (RFC 4180) into its fields; used again for the next.</summary>
internal sealed class DelimitedRecord(byte delimiter)
{
    private readonly List<(int Start, int Length, bool Doubled)> _fields = [];
    private readonly SearchValues<byte> _ends = SearchValues.Create([delimiter, (byte)'\n', (byte)'\r']);

    /// <summary>Number of fields.</summary>
    public int Count => _fields.Count;

    /// <summary>Bytes that belong to the record, its line's end included.</summary>
    public int Length { get; private set; }

    /// <summary>Where reading stopped.</summary>
    public int Position { get; private set; }

    /// <summary>Reads the record that the text begins with.</summary>
    /// <param name="text">At least one byte.</param>
    /// <param name="isEnd">Whether nothing follows the text.</param>
    public RecordEnd Read(ReadOnlySpan<byte> text, bool isEnd)
    {
        _fields.Clear();
        var at = 0;
        while (true)
        {
            var end = at < text.Length && text[at] == (byte)'"' ? ReadQuoted(text, ref at, isEnd) : ReadPlain(text, ref at, isEnd);
            Position = at;
            if (end != RecordEnd.Whole)
            {
                return end;
            }

            if (at == text.Length)
            {
                Length = at;
                return RecordEnd.Whole;
            }

            if (text[at] != delimiter)
            {
                var isPair = text[at] == (byte)'\r' && at + 1 < text.Length && text[at + 1] == (byte)'\n';
                if (text[at] == (byte)'\r' && at + 1 == text.Length && !isEnd)
                {
                    return RecordEnd.MoreNeeded;
                }

                Length = at + (isPair ? 2 : 1);
                return RecordEnd.Whole;
            }

            at++;
        }
    }

    /// <summary>A field's bytes; quotes that stand doubled inside it are still so.</summary>
    public ReadOnlySpan<byte> Raw(ReadOnlySpan<byte> text, int field) => text.Slice(_fields[field].Start, _fields[field].Length);

    /// <summary>Writes a field as a JSON string.</summary>
    public void WriteJson(IBufferWriter<byte> writer, ReadOnlySpan<byte> text, int field)
    {
        var rest = Raw(text, field);
        writer.Write("\""u8);
        while (_fields[field].Doubled && rest.IndexOf("\"\""u8) is var at and >= 0)
        {
            JsonText.WritePart(writer, rest[..(at + 1)]);
            rest = rest[(at + 2)..];
        }

        JsonText.WritePart(writer, rest);
        writer.Write("\""u8);
    }

    private RecordEnd ReadPlain(ReadOnlySpan<byte> text, ref int at, bool isEnd)
    {
        var length = text[at..].IndexOfAny(_ends);
        if (length < 0)
        {
            if (!isEnd)
            {
                return RecordEnd.MoreNeeded;
            }

            length = text.Length - at;
        }

        _fields.Add((at, length, false));
        at += length;
        return RecordEnd.Whole;
    }

    private RecordEnd ReadQuoted(ReadOnlySpan<byte> text, ref int at, bool isEnd)
    {
        var start = at + 1;
        var doubled = false;
        at = start;
        while (true)
        {
            var quote = text[at..].IndexOf((byte)'"');
            if (quote < 0)
            {
                return isEnd ? RecordEnd.OpenQuote : RecordEnd.MoreNeeded;
            }

            at += quote;
            if (at + 1 == text.Length && !isEnd)
            {
                return RecordEnd.MoreNeeded;
            }

            if (at + 1 < text.Length && text[at + 1] == (byte)'"')
            {
                doubled = true;
                at += 2;
                continue;
            }

            var field = (start, at - start, doubled);
            at++;
            if (at < text.Length && !_ends.Contains(text[at]))
            {
                return RecordEnd.TextAfterQuote;
            }

            _fields.Add(field);
            return RecordEnd.Whole;
        }
    }
}
