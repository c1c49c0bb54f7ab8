using System.Text;

namespace LoraMesh.DatasetPrep.Reading;

/// <summary>Knows by their first bytes files that hold no rows one could read.</summary>
internal static class ForeignFormat
{
    private const int HeadToLookAt = 1024;

    private static readonly (byte[] Start, string Name)[] Starts =
    [
        ([0x50, 0x4B, 0x03, 0x04], "a ZIP archive (also .xlsx, .docx and PyTorch files are ones)"),
        ([0x50, 0x4B, 0x05, 0x06], "an empty ZIP archive"),
        ([0x1F, 0x8B], "gzip data inside an archive"),
        ([0x28, 0xB5, 0x2F, 0xFD], "zstd data inside an archive"),
        ([0x42, 0x5A, 0x68], "bzip2 data"),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], "xz data"),
        ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "a 7z archive"),
        ([0x04, 0x22, 0x4D, 0x18], "lz4 data"),
        ([0x25, 0x50, 0x44, 0x46, 0x2D], "a PDF document"),
        ([0x89, 0x50, 0x4E, 0x47], "a PNG image"),
        ([0xFF, 0xD8, 0xFF], "a JPEG image"),
        ([0x47, 0x49, 0x46, 0x38], "a GIF image"),
        ([0xD0, 0xCF, 0x11, 0xE0], "an old Office document"),
        ([0x53, 0x51, 0x4C, 0x69, 0x74, 0x65, 0x20], "an SQLite database"),
        ([0x7F, 0x45, 0x4C, 0x46], "a program (ELF)"),
        ([0x41, 0x52, 0x52, 0x4F, 0x57, 0x31], "an Arrow file"),
        ([0x47, 0x47, 0x55, 0x46], "a GGUF model"),
        ([0x4F, 0x62, 0x6A, 0x01], "an Avro file"),
        ([0x4F, 0x52, 0x43], "an ORC file"),
        ([0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59], "a NumPy array"),
        ([0x80, 0x02], "a Python pickle"),
        ([0x80, 0x03], "a Python pickle"),
        ([0x80, 0x04], "a Python pickle"),
        ([0x80, 0x05], "a Python pickle"),
        ([0x7B, 0x5C, 0x72, 0x74, 0x66], "an RTF document"),
    ];

    /// <summary>What the content is in words, or null where nothing is known of it.</summary>
    /// <param name="head">The first bytes, unpacked, in UTF-8 where they are text.</param>
    public static string? Name(ReadOnlySpan<byte> head)
    {
        foreach (var (start, name) in Starts)
        {
            if (head.StartsWith(start))
            {
                return name;
            }
        }

        if (head.Length > 262 && head[257..262].SequenceEqual("ustar"u8))
        {
            return "a tar archive";
        }

        // safetensors: the length of a JSON header, then the header.
        if (head.Length > 9 && head[8] == (byte)'{' && head[4..8].IndexOfAnyExcept((byte)0) < 0)
        {
            return "a safetensors file";
        }

        var text = Encoding.UTF8.GetString(head[..Math.Min(head.Length, HeadToLookAt)]).TrimStart('\uFEFF', ' ', '\t', '\r', '\n');
        return text.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase) || text.StartsWith("<html", StringComparison.OrdinalIgnoreCase) ? "an HTML page"
            : text.StartsWith("<?xml", StringComparison.OrdinalIgnoreCase) ? "an XML document"
            : text.StartsWith("version https://git-lfs.", StringComparison.Ordinal) ? "a Git LFS pointer, not the file that it points to"
            : null;
    }

    /// <summary>Whether so many control characters can be in no text.</summary>
    public static bool IsBinary(ReadOnlySpan<byte> head)
    {
        var (controls, last) = (0, -1);
        foreach (var value in head)
        {
            // A disk that filled up, or a machine that fell over while it wrote, leaves runs of zeros.
            controls += value != last && value < 0x20 && value is not ((byte)'\t' or (byte)'\n' or (byte)'\r' or 0x0C or 0x1B) ? 1 : 0;
            last = value;
        }

        return controls > Math.Max(8, head.Length / 20) || (head.Length > 0 && head.IndexOfAnyExcept((byte)0) < 0);
    }
}
