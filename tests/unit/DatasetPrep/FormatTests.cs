using System.IO.Compression;
using System.Text;
using LoraMesh.Contracts;
using ZstdSharp;

namespace LoraMesh.UnitTests.DatasetPrep;

public sealed class FormatTests
{
    private const string Lines = "{\"prompt\":\"Grüße\",\"completion\":\"b, \\\"c\\\"\"}\n{\"prompt\":\"d\\ne\",\"completion\":\"f;g\"}\n";

    public static TheoryData<string, string, string> SameRows => new()
    {
        { "a.jsonl", Lines, "jsonl" },
        { "a.json", "[" + Lines.Trim().Replace("\n", ",\n", StringComparison.Ordinal) + "]", "json" },
        { "a.csv", "prompt,completion\nGrüße,\"b, \"\"c\"\"\"\n\"d\ne\",f;g\n", "csv" },
        { "a.csv", "id;prompt;completion\r\n1;Grüße;\"b, \"\"c\"\"\"\r\n\r\n2;\"d\ne\";\"f;g\"\r\n", "csv" },
        { "a.tsv", "completion\tprompt\n\"b, \"\"c\"\"\"\tGrüße\nf;g\t\"d\ne\"", "csv" },
        { "a.csv", "Prompt|Completion\nGrüße|\"b, \"\"c\"\"\"\n\"d\ne\"|f;g\n", "csv" },
        { "data", "prompt,completion\nGrüße,\"b, \"\"c\"\"\"\n\"d\ne\",f;g\n", "csv" },
        { "a.txt", Lines, "jsonl" },
    };

    [Theory]
    [MemberData(nameof(SameRows))]
    public void Rows_InAnyFormat_AreTheSame(string name, string content, string format)
    {
        var scan = RowScan.Of(name, content);

        Assert.Empty(scan.Costly);
        Assert.Equal(format, scan.Facts!.Format);
        Assert.Equal(RowScan.Of("a.jsonl", Lines).Good.Select(row => row.Id), scan.Good.Select(row => row.Id));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("zstd")]
    public void Rows_Compressed_AreReadByContentWhateverTheName(string compression)
    {
        var packed = Pack(Encoding.UTF8.GetBytes(Lines), compression);

        var scan = RowScan.Of(compression == "gzip" ? "a.jsonl.gz" : "a.jsonl.zst", packed);
        var misnamed = RowScan.Of("a.jsonl", packed);

        Assert.Empty(scan.Problems);
        Assert.Equal((2, compression), (scan.Good.Count, scan.Facts!.Compression));
        Assert.Equal(["wrong_extension"], misnamed.Problems.Select(problem => problem.Kind));
        Assert.Equal(2, misnamed.Good.Count);
    }

    [Theory]
    [InlineData("gzip", "a.jsonl.gz")]
    [InlineData("zstd", "a.jsonl.zst")]
    public void Archive_CutOff_KeepsTheRowsBeforeAndSaysSo(string compression, string name)
    {
        var random = new Random(5);
        var rows = string.Concat(Enumerable.Range(0, 20_000).Select(i => $$"""{"prompt":"{{random.NextInt64()}}","completion":"{{random.NextInt64()}}"}""" + "\n"));
        var packed = Pack(Encoding.UTF8.GetBytes(rows), compression);

        var scan = RowScan.Of(name, packed[..(packed.Length / 2)]);

        var problem = Assert.Single(scan.Problems);
        Assert.Equal(("damaged_archive", 0, name), (problem.Kind, problem.Line, problem.File));
        Assert.Contains("it breaks off", problem.Found, StringComparison.Ordinal);
        Assert.InRange(scan.Good.Count, 2_000, 12_000);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("zstd")]
    public void Archive_FarLargerThanItsBytes_IsReadNoFurther(string compression)
    {
        var scan = RowScan.Of("a.jsonl.gz", Pack(Encoding.UTF8.GetBytes(Lines + new string('\n', 24_000_000) + Lines), compression));

        Assert.Equal(["decompression_bomb"], scan.Costly.Select(problem => problem.Kind));
        Assert.Equal([1, 2], scan.GoodLines);
    }

    [Theory]
    [InlineData("utf-16", false, true)]
    [InlineData("utf-16", true, true)]
    [InlineData("utf-16", false, false)]
    [InlineData("utf-32", false, true)]
    public void Rows_InAnotherUnicodeEncoding_AreReadAndTold(string name, bool bigEndian, bool mark)
    {
        Encoding encoding = name == "utf-16" ? new UnicodeEncoding(bigEndian, mark) : new UTF32Encoding(bigEndian, mark);

        var scan = RowScan.Of("a.jsonl", [.. encoding.GetPreamble(), .. encoding.GetBytes(Lines)]);

        Assert.Equal([("other_encoding", name)], scan.Problems.Where(problem => problem.Kind != "byte_order_mark").Select(problem => (problem.Kind, problem.Found)));
        Assert.Equal(["Grüße", "d\ne"], scan.Good.Select(row => row.Content.Turns[0].Content));
    }

    [Fact]
    public void Rows_InLatin1_AreRefusedWithAdviceOrReadByPolicy()
    {
        var latin = Encoding.Latin1.GetBytes(Lines);

        var refused = RowScan.Of("a.jsonl", latin);
        var read = RowScan.Of("a.jsonl", latin, new PrepConfig { Policies = new Dictionary<string, string> { ["not_utf8"] = "repair" } });

        Assert.Equal([("not_utf8", 1, "$.prompt")], refused.Costly.Select(problem => (problem.Kind, problem.Line, problem.Path)));
        Assert.Contains("prep.policies.not_utf8: repair", refused.Problems[0].Suggestion, StringComparison.Ordinal);
        Assert.Equal(["Grüße", "d\ne"], read.Good.Select(row => row.Content.Turns[0].Content));
    }

    [Theory]
    [InlineData("prompt,completion\na,b\nc\nd,e\n", "wrong_column_count", 3, "completion", "2,4")]
    [InlineData("prompt,completion\na,b\nc,d,e\nd,e\n", "wrong_column_count", 3, "", "2,4")]
    [InlineData("prompt,completion\na,b\nc,\"d\ne,f\ng,\"h\"\n", "unbalanced_quotes", 3, "completion", "2,4,5")]
    [InlineData("prompt,completion\na,b\n\"say \"hi\" now\",c\ne,f\n", "stray_quote", 3, "prompt", "2,4")]
    [InlineData("prompt,completion\na,b\nc,\"d\n", "unbalanced_quotes", 3, "completion", "2")]
    [InlineData("prompt,completion\n\"a\nb\",c\n,d\ne,f\n", "empty_content", 4, "prompt", "2,5")]
    [InlineData("prompt,completion\n", "empty_file", 0, "", "")]
    [InlineData("prompt,prompt\na,b\n", "duplicate_column", 1, "prompt", "")]
    [InlineData("one,two\na,b\n", "unknown_columns", 1, "", "")]
    public void Table_Broken_IsLocatedAndItsNeighboursKept(string content, string kind, int line, string column, string good)
    {
        var scan = RowScan.Of("a.csv", content);

        Assert.Equal([(kind, line, column)], scan.Costly.Select(problem => (problem.Kind, problem.Line, problem.Path)));
        Assert.Equal(good, string.Join(',', scan.GoodLines));
    }

    [Fact]
    public void Columns_ByTheProjectsMapping_AreRead()
    {
        var config = new PrepConfig { Columns = new Dictionary<string, string> { ["prompt"] = "Frage", ["completion"] = "data.reply" } };

        var table = RowScan.Of("a.csv", "Frage,data.reply\na,b\n", config);
        var lines = RowScan.Of("a.jsonl", """{"Frage":"a","data":{"reply":"b"}}""" + "\n" + """{"Frage":"a","data":{}}""", config);

        Assert.Empty(table.Problems);
        Assert.Equal(table.Good[0].Id, lines.Good[0].Id);
        Assert.Equal([("missing_field", 2, "$.data.reply")], lines.Problems.Select(problem => (problem.Kind, problem.Line, problem.Path)));
    }

    [Fact]
    public void Text_IsReadByParagraphs_AndMarkdownBySections()
    {
        var text = RowScan.Of("a.txt", "One line.\nAnother.\n\n\nNext, with more.\r\n");
        var markdown = RowScan.Of("b.md", "\uFEFF# One\n\nText.\n\n```\n# no heading\n```\n## Two\nMore.\n");

        Assert.Equal([(1, "One line.\nAnother."), (5, "Next, with more.")], text.GoodLines.Zip(text.Good.Select(row => row.Content.Text)));
        Assert.Equal([(1, "# One\n\nText.\n\n```\n# no heading\n```"), (8, "## Two\nMore.")], markdown.GoodLines.Zip(markdown.Good.Select(row => row.Content.Text)));
        Assert.Equal(("text", "markdown"), (text.Facts!.Format, markdown.Facts!.Format));
    }

    [Fact]
    public void Lines_OfOldMachines_AreRead()
    {
        var scan = RowScan.Of("a.jsonl", Lines.Replace('\n', '\r'));

        Assert.Equal([1, 2], scan.GoodLines);
        Assert.Empty(scan.Problems);
    }

    [Fact]
    public void Bytes_ThatAreNoText_AreRefusedAsSuch()
    {
        var bytes = new byte[10_000];
        new Random(1).NextBytes(bytes);

        var scan = RowScan.Of("a.jsonl", bytes);

        Assert.Equal([("binary_content", 0)], scan.Problems.Select(problem => (problem.Kind, problem.Line)));
    }

    private static byte[] Pack(byte[] content, string compression)
    {
        var packed = new MemoryStream();
        using (Stream packer = compression == "gzip" ? new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true) : new CompressionStream(packed, leaveOpen: true))
        {
            packer.Write(content);
        }

        return packed.ToArray();
    }
}
