using System.IO.Compression;
using System.Text;
using Parquet.Schema;
using Parquet.Serialization;
using ZstdSharp;

namespace LoraMesh.UnitTests.DatasetPrep.Corpus;

/// <summary>Files that are damaged, empty, or something else than rows.</summary>
internal static class FileFaults
{
    public static IEnumerable<BrokenFile> Files()
    {
        var rows = new FileWriter("a", SoundRows.Pair).Sound(400).Done();
        var (gzip, zstd) = (Gzip(rows.Content), Zstandard(rows.Content));
        byte[] bomb = [.. rows.Content, .. Encoding.ASCII.GetBytes(new string('\n', 40_000_000)), .. rows.Content];
        yield return Archive("cut.jsonl.gz", gzip[..(gzip.Length * 3 / 4)], "damaged_archive", "it breaks off", lines: 200) with { HasMore = true };
        yield return Archive("sum.jsonl.gz", [.. gzip[..^8], 1, 2, 3, 4, .. gzip[^4..]], "damaged_archive", "checksum", lines: 400);
        yield return Archive("tail.jsonl.gz", [.. gzip, .. "and more"u8], "damaged_archive", "no gzip", lines: 400);
        yield return Archive("cut.jsonl.zst", zstd[..^10], "damaged_archive", "it breaks off", lines: 0);
        yield return Archive("bomb.jsonl.gz", Gzip(bomb), "decompression_bomb", "unpacked from", lines: 400);
        yield return Archive("bomb.jsonl.zst", Zstandard(bomb), "decompression_bomb", "unpacked from", lines: 400);
        yield return Archive("plain.jsonl.gz", rows.Content, "wrong_extension", "no compression", lines: 400);
        yield return Archive("packed.jsonl", gzip, "wrong_extension", "gzip", lines: 400);
        yield return Archive("twice.jsonl.gz", Gzip(gzip), "unsupported_format", "gzip data inside", lines: 0);
        yield return Archive("nothing.jsonl.gz", [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, .. new byte[8]], "empty_file", "unpack to nothing", lines: 0);
        yield return Archive("empty.jsonl", [], "empty_file", "0 bytes", lines: 0);
        yield return Archive("blank.jsonl", "  \n\n\t\n"u8.ToArray(), "empty_file", "no row", lines: 0);
        yield return Archive("random.jsonl", Random(), "binary_content", "no text", lines: 0);
        yield return Archive("page.jsonl", "<!DOCTYPE html><html><body>Sign in</body></html>"u8.ToArray(), "unsupported_format", "an HTML page", lines: 0);
        yield return Archive("feed.json", "<?xml version=\"1.0\"?><rows/>"u8.ToArray(), "unsupported_format", "an XML document", lines: 0);
        yield return Archive("book.csv", [.. "PK\u0003\u0004"u8, .. new byte[60]], "unsupported_format", "ZIP", lines: 0);
        yield return Archive("pointer.jsonl", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n"u8.ToArray(), "unsupported_format", "Git LFS", lines: 0);
        yield return Archive("weights.bin", [0x80, 4, 0x95, .. new byte[40]], "unsupported_format", "pickle", lines: 0);
        yield return Archive("rows.yaml", "- prompt: a\n  completion: b\n"u8.ToArray(), "unsupported_format", ".yaml", lines: 0);
        yield return Archive("table.jsonl", "prompt,completion\na,b\nc,d\n"u8.ToArray(), "wrong_extension", "csv", lines: 0) with { SoundLines = [2, 3] };
        yield return Wrapped();
        yield return Archive("notes.txt", [.. "One line that is sound.\nAnother line.\n\nA paragraph\nof three lines\nwith caf"u8, 0xE9, .. ".\n\nThe last one."u8], "not_utf8", "0xE9", lines: 0) with { Faults = [new(6, "not_utf8", "", "0xE9")], SoundLines = [1, 8] };
        yield return Archive("link.jsonl", [], "symbolic_link", "a link to elsewhere", lines: 0) with { LinkTarget = "elsewhere" };

        var parquet = Parquet();
        yield return Archive("rows.parquet", parquet, "null_value", "null", lines: 0) with { Faults = [new(3, "null_value", "completion", "null"), new(5, "empty_content", "prompt", "\"\"")], SoundLines = [1, 2, 4, 6] };
        yield return Archive("cut.parquet", parquet[..^20], "damaged_parquet", "it breaks off", lines: 0);
        yield return Archive("head.parquet", [.. "PAR1"u8, .. new byte[200]], "damaged_parquet", "it breaks off", lines: 0);
        yield return Archive("damaged.parquet", [.. parquet[..10], .. Enumerable.Repeat((byte)0xEE, 40), .. parquet[50..]], "damaged_parquet", "cannot be read", lines: 0);
        yield return Archive("footer.parquet", [.. parquet[..^8], 0xFF, 0xFF, 0xFF, 0x7F, .. "PAR1"u8], "damaged_parquet", "a footer of", lines: 0);
        yield return Archive("rows.parquet.gz", Gzip(parquet), "unsupported_format", "Parquet inside gzip", lines: 0);
    }

    // Several arrays in one object: all of them are read.
    private static BrokenFile Wrapped()
    {
        var rows = Enumerable.Range(1, 4).Select(SoundRows.Pair).ToList();
        var text = $$"""
            {"about": "[{", "train": [
            {{rows[0]}},
            {{rows[1]}}],
            "columns": ["prompt", "[{\"", {"deep": [{"prompt": 1}]}], "test": [
            {{rows[2]}},
            {"prompt": "a"},
            {{rows[3]}}]}
            """;
        return new BrokenFile("sides.json", Encoding.UTF8.GetBytes(text), [new(1, "wrapped_rows", "$.train", "\"train\""), new(5, "several_values", "", "second array"), new(6, "missing_field", "$.completion", "fields prompt")], [2, 3, 5, 7]);
    }

    private static BrokenFile Archive(string name, byte[] content, string kind, string found, int lines) =>
        new(name, content, [new PlantedFault(0, kind, string.Empty, found)], [.. Enumerable.Range(1, lines)]);

    private static byte[] Gzip(byte[] content)
    {
        var packed = new MemoryStream();
        using (var packer = new GZipStream(packed, CompressionLevel.SmallestSize))
        {
            packer.Write(content);
        }

        return packed.ToArray();
    }

    private static byte[] Zstandard(byte[] content)
    {
        using var packer = new Compressor();
        return packer.Wrap(content).ToArray();
    }

    private static byte[] Random()
    {
        var bytes = new byte[5000];
        new Random(1).NextBytes(bytes);
        return bytes;
    }

    private static byte[] Parquet()
    {
        var schema = new ParquetSchema(new DataField<string>("prompt"), new DataField<string>("completion"));
        var rows = Enumerable.Range(1, 6).Select(i => new Dictionary<string, object?> { ["prompt"] = i == 5 ? "" : $"question {i}", ["completion"] = i == 3 ? null : $"answer {i}" }).ToList();
        using var file = new MemoryStream();
        ParquetSerializer.SerializeUntypedAsync(rows, schema, file).GetAwaiter().GetResult();
        return file.ToArray();
    }
}
