namespace LoraMesh.DatasetPrep.Reading;

/// <summary>The layouts of files that are read.</summary>
internal enum FileFormat
{
    /// <summary>One JSON object per line.</summary>
    JsonLines,

    /// <summary>A JSON array of objects, which may lie inside an object.</summary>
    JsonArray,

    /// <summary>JSON objects, each of which may stretch over several lines.</summary>
    JsonObjects,

    /// <summary>Columns with a header, apart by commas, semicolons, tabs or bars.</summary>
    Delimited,

    /// <summary>Apache Parquet.</summary>
    Parquet,

    /// <summary>Markdown, a row for each section.</summary>
    Markdown,

    /// <summary>Plain text, a row for each paragraph.</summary>
    PlainText,
}

/// <summary>Formats as reports name them, and the names that files of a format bear.</summary>
internal static class FileFormats
{
    private static readonly Dictionary<string, FileFormat[]> ByExtension = new(StringComparer.OrdinalIgnoreCase)
    {
        [".jsonl"] = [FileFormat.JsonLines],
        [".ndjson"] = [FileFormat.JsonLines],
        [".json"] = [FileFormat.JsonArray, FileFormat.JsonLines, FileFormat.JsonObjects],
        [".csv"] = [FileFormat.Delimited],
        [".tsv"] = [FileFormat.Delimited],
        [".tab"] = [FileFormat.Delimited],
        [".parquet"] = [FileFormat.Parquet],
        [".md"] = [FileFormat.Markdown],
        [".markdown"] = [FileFormat.Markdown],
        [".txt"] = [FileFormat.PlainText, FileFormat.Markdown],
        [".text"] = [FileFormat.PlainText, FileFormat.Markdown],
    };

    /// <summary>The word for it in reports.</summary>
    public static string Word(this FileFormat format) => format switch
    {
        FileFormat.JsonLines => "jsonl",
        FileFormat.JsonArray => "json",
        FileFormat.JsonObjects => "json_objects",
        FileFormat.Delimited => "csv",
        FileFormat.Parquet => "parquet",
        FileFormat.Markdown => "markdown",
        _ => "text",
    };

    /// <summary>What a file of that name should be, the likeliest first; empty where the name says nothing. An ending for compression is passed over.</summary>
    public static IReadOnlyList<FileFormat> OfName(string name) => ByExtension.GetValueOrDefault(Path.GetExtension(WithoutCompression(name)), []);

    /// <summary>The compression that a name promises.</summary>
    public static Compression CompressionOfName(string name) => Path.GetExtension(name).ToUpperInvariant() switch
    {
        ".GZ" or ".GZIP" => Compression.Gzip,
        ".ZST" or ".ZSTD" => Compression.Zstandard,
        _ => Compression.None,
    };

    private static string WithoutCompression(string name) => CompressionOfName(name) == Compression.None ? name : Path.GetFileNameWithoutExtension(name);
}
