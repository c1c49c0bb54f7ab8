using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Unicode;

namespace LoraMesh.DatasetPrep.Rows;

/// <summary>Checks on a row's bytes that a JSON parser does not make, or makes too late.</summary>
internal static class RowText
{
    /// <summary>Where the first byte lies that is not UTF-8, or -1.</summary>
    public static int FirstInvalidByte(ReadOnlySpan<byte> text)
    {
        if (Utf8.IsValid(text))
        {
            return -1;
        }

        var at = 0;
        while (Rune.DecodeFromUtf8(text[at..], out _, out var read) == OperationStatus.Done)
        {
            at += read;
        }

        return at;
    }

    /// <summary>Where the first <c>\u</c> escape lies that is half of a pair without the other half, or -1. The text must be JSON.</summary>
    public static int FirstLoneSurrogate(ReadOnlySpan<byte> json)
    {
        var at = 0;
        while (at < json.Length)
        {
            var escape = json[at..].IndexOf((byte)'\\');
            if (escape < 0)
            {
                return -1;
            }

            at += escape;
            var unit = CodeUnit(json, at);
            if (!char.IsSurrogate(unit))
            {
                at += unit == '\0' ? 2 : 6;
            }
            else if (char.IsHighSurrogate(unit) && char.IsLowSurrogate(CodeUnit(json, at + 6)))
            {
                at += 12;
            }
            else
            {
                return at;
            }
        }

        return -1;
    }

    // NUL also stands for "no \u escape here"; skipping only two bytes of a real \u0000 does no harm.
    private static char CodeUnit(ReadOnlySpan<byte> json, int at) =>
        json.Length >= at + 6 && json[at] == '\\' && json[at + 1] == 'u'
        && Utf8Parser.TryParse(json.Slice(at + 2, 4), out ushort unit, out var read, 'X') && read == 4
            ? (char)unit
            : '\0';
}
