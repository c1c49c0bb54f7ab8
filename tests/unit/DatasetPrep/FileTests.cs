using System.Text;
using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Reading;

namespace LoraMesh.UnitTests.DatasetPrep;

public sealed class FileTests
{
    private const string RowA = """{"prompt":"a","completion":"b"}""";
    private const string RowB = """{"question":"c","answer":"d"}""";

    [Theory]
    [InlineData("sub/data.jsonl", "%PDF-1.7 …", "a PDF document")]
    [InlineData("data.csv", "<!DOCTYPE html>\n<html>", "an HTML page")]
    [InlineData("data.jsonl", "PK\u0003\u0004…", "a ZIP archive (also .xlsx, .docx and PyTorch files are ones)")]
    [InlineData("README", "Once upon a time, in a land far away.\nThere was a king.", "text without rows or columns in a file without an extension")]
    [InlineData("setup.py", "import os\nprint(os)\n", "text without rows or columns in a .py file")]
    public void File_OfAnotherFormat_IsRefusedByItsContent(string name, string content, string found)
    {
        var scan = RowScan.Of(name, content);

        var problem = Assert.Single(scan.Problems);
        Assert.Equal((name, 0, "", "unsupported_format", found), (problem.File, problem.Line, problem.Path, problem.Kind, problem.Found));
        Assert.Contains("JSON Lines", problem.Expected, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.jsonl", "", "0 bytes")]
    [InlineData("a.json", "", "0 bytes")]
    [InlineData("a.jsonl", "\r\n \n\n", "5 bytes, no row among them")]
    [InlineData("a.json", "[ ]", "3 bytes, no row among them")]
    [InlineData("a.json", " \n", "2 bytes, no row among them")]
    public void File_WithoutRows_IsReportedOnce(string name, string content, string found)
    {
        var scan = RowScan.Of(name, content);

        var problem = Assert.Single(scan.Problems);
        Assert.Equal(("empty_file", 0, found), (problem.Kind, problem.Line, problem.Found));
        Assert.Equal(0, scan.RowsRead);
    }

    [Fact]
    public void File_OverItsLimit_IsRefusedUnread()
    {
        var problem = InputGate.Check(new PrepInput("big.jsonl", string.Empty, 1001), new PrepConfig { MaxFileBytes = 1000 });

        Assert.Equal(("file_too_large", "big.jsonl", 0, "1,001 bytes"), (problem!.Kind, problem.File, problem.Line, problem.Found));
        Assert.Null(InputGate.Check(new PrepInput("big.jsonl", string.Empty, 1000), new PrepConfig { MaxFileBytes = 1000 }));
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void File_WithMarkAndEitherLineEnd_GivesTheSameRows(string lineEnd)
    {
        var plain = RowScan.Of("a.jsonl", $"{RowA}\n{RowB}\n");

        // A mark in the middle comes from joining files.
        var marked = RowScan.Of("a.jsonl", $"\uFEFF{RowA}{lineEnd}\uFEFF{RowB}");

        Assert.Equal([("byte_order_mark", 1, "repaired"), ("byte_order_mark", 2, "repaired")], marked.Problems.Select(problem => (problem.Kind, problem.Line, problem.Outcome!)));
        Assert.Equal(plain.Good.Select(row => row.Id), marked.Good.Select(row => row.Id));
        Assert.Equal([1, 2], marked.GoodLines);
    }

    [Theory]
    [InlineData("""[{"prompt":"a","completion":"b"},{"question":"c","answer":"d"}]""", 1, 1)]
    [InlineData("\uFEFF\r\n[\r\n  {\"prompt\":\"a\",\r\n\"completion\":\"b\"},\r\n\r\n  {\"question\":\"c\",\"answer\":\"d\"}\r\n]\r\n", 3, 6)]
    [InlineData("{\"prompt\":\"a\",\"completion\":\"b\"}\n{\"question\":\"c\",\"answer\":\"d\"}\n", 1, 2)]
    public void JsonFile_ArrayOrLines_GivesTheSameRows(string content, int firstLine, int secondLine)
    {
        var lines = RowScan.Of("a.jsonl", $"{RowA}\n{RowB}\n");

        var scan = RowScan.Of("a.json", content);

        Assert.Empty(scan.Problems);
        Assert.Equal(lines.Good.Select(row => row.Id), scan.Good.Select(row => row.Id));
        Assert.Equal([firstLine, secondLine], scan.GoodLines);
    }

    [Fact]
    public void JsonArray_BracketsQuotesAndCommasInStrings_DoNotEndAnElement()
    {
        var scan = RowScan.Of("a.json", """[{"prompt":"],}\\\"{[,","completion":"\\"},{"prompt":"x","completion":"\\\\\"]"}]""");

        Assert.Empty(scan.Problems);
        Assert.Equal(["],}\\\"{[,", "x"], scan.Good.Select(row => row.Content.Turns[0].Content));
    }

    [Theory]
    [InlineData("[\n{\"prompt\":\"a\",\"completion\":\"b\"},\n]", "trailing_comma", 3)]
    [InlineData("[\n{\"prompt\":\"a\",\"completion\":\"b\"},\n,\n{\"prompt\":\"a\",\"completion\":\"b\"}]", "trailing_comma", 3)]
    [InlineData("[\n{\"prompt\":\"a\",\"completion\":\"b\"}\n", "not_json", 3)]
    [InlineData("[\n{\"prompt\":\"a\",\"completion\":\"b\"},\n{\"prompt\":\"a\",\"compl", "truncated_row", 3)]
    [InlineData("[\n{\"prompt\":\"a\",\"completion\":\"b\"}\n]\n7", "not_json", 4)]
    [InlineData("[\n{\"prompt\":\"a\",\"completion\":\"b\"},\n7]", "not_an_object", 3)]
    [InlineData("[\n{\"prompt\":\"a\",\"completion\":\"b\"},\n{\"prompt\":\"a\"}]", "missing_field", 3)]
    public void JsonArray_Broken_IsLocated(string content, string kind, int line)
    {
        var scan = RowScan.Of("a.json", content);

        var problem = Assert.Single(scan.Problems);
        Assert.Equal((kind, line), (problem.Kind, problem.Line));
        Assert.Contains(2, scan.GoodLines);
    }

    [Fact]
    public void JsonArray_ElementTooLong_IsPassedOver()
    {
        var longRow = $$"""{"prompt":"a","completion":"{{new string('x', RawRow.MaxBytes)}}"}""";

        var scan = RowScan.Of("a.json", $"[{RowA},\n{longRow},\n{RowB}]");

        Assert.Equal([("line_too_long", 2)], scan.Problems.Select(problem => (problem.Kind, problem.Line)));
        Assert.Equal([1, 3], scan.GoodLines);
    }

    [Theory]
    [InlineData("data")]
    [InlineData("train")]
    public void JsonFile_ArrayInsideAnObject_IsReadAndTold(string name)
    {
        var scan = RowScan.Of("a.json", $"{{\n  \"version\": [1, 2],\n  \"{name}\": [\n    {RowA},\n    {RowB}\n  ],\n  \"more\": [1]\n}}\n");

        Assert.Equal([("wrapped_rows", 1, "$." + name)], scan.Problems.Select(problem => (problem.Kind, problem.Line, problem.Path)));
        Assert.Equal([4, 5], scan.GoodLines);
    }

    [Fact]
    public void JsonFile_ObjectsOverSeveralLines_AreReadAndTold()
    {
        var scan = RowScan.Of("a.json", "{\n  \"prompt\": \"a }\",\n  \"completion\": \"b\"\n}\n{\n  \"prompt\": \"c\"\n}\n" + RowB);

        Assert.Equal([("rows_over_lines", 1), ("missing_field", 5)], scan.Problems.Select(problem => (problem.Kind, problem.Line)));
        Assert.Equal([1, 8], scan.GoodLines);
    }
}
