using System.Text;

namespace LoraMesh.DatasetPrep.Reading;

/// <summary>Finds out from a text's first bytes how its characters are written.</summary>
internal static class TextEncoding
{
    /// <summary>The encoding, or null for UTF-8 and everything that only a closer look tells from it.</summary>
    public static Encoding? Of(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith<byte>([0xFF, 0xFE, 0, 0]) || head.StartsWith<byte>([0, 0, 0xFE, 0xFF]))
        {
            return new UTF32Encoding(bigEndian: head[0] == 0, byteOrderMark: true);
        }

        if (head.StartsWith<byte>([0xFF, 0xFE]) || head.StartsWith<byte>([0xFE, 0xFF]))
        {
            return new UnicodeEncoding(bigEndian: head[0] == 0xFE, byteOrderMark: true);
        }

        // Without a mark: every second byte of mostly Latin text is 0.
        var (even, odd) = (0, 0);
        for (var at = 0; at + 1 < head.Length; at += 2)
        {
            even += head[at] == 0 ? 1 : 0;
            odd += head[at + 1] == 0 ? 1 : 0;
        }

        var pairs = head.Length / 2;
        return pairs < 8 || Math.Min(even, odd) > pairs / 20 || Math.Max(even, odd) < pairs / 2
            ? null
            : new UnicodeEncoding(bigEndian: even > odd, byteOrderMark: false);
    }

    /// <summary>The word for it in reports.</summary>
    public static string Word(Encoding? encoding) => encoding switch
    {
        UTF32Encoding => "utf-32",
        UnicodeEncoding => "utf-16",
        _ => "utf-8",
    };
}
