namespace LoraMesh.DatasetPrep.Reading;

/// <summary>How a file's bytes are compressed.</summary>
internal enum Compression
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>gzip (RFC 1952), one member or several.</summary>
    Gzip,

    /// <summary>Zstandard (RFC 8878), one frame or several.</summary>
    Zstandard,
}

/// <summary>Compressions by their first bytes, and as reports name them.</summary>
internal static class Compressions
{
    /// <summary>The compression of a file that begins so.</summary>
    public static Compression Of(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith<byte>([0x1F, 0x8B]))
        {
            return Compression.Gzip;
        }

        var isFrame = head.StartsWith<byte>([0x28, 0xB5, 0x2F, 0xFD]);
        var isSkippable = head.Length >= 4 && (head[0] & 0xF0) == 0x50 && head[1..4].SequenceEqual<byte>([0x2A, 0x4D, 0x18]);
        return isFrame || isSkippable ? Compression.Zstandard : Compression.None;
    }

    /// <summary>The word for it in reports.</summary>
    public static string Word(this Compression compression) => compression switch
    {
        Compression.Gzip => "gzip",
        Compression.Zstandard => "zstd",
        _ => "none",
    };
}
