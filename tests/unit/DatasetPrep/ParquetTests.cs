using LoraMesh.DatasetPrep.Rows;
using Parquet;
using Parquet.Schema;
using Parquet.Serialization;

namespace LoraMesh.UnitTests.DatasetPrep;

public sealed class ParquetTests
{
    [Theory]
    [InlineData(CompressionMethod.None)]
    [InlineData(CompressionMethod.Snappy)]
    [InlineData(CompressionMethod.Zstd)]
    [InlineData(CompressionMethod.Gzip)]
    public async Task Chats_InNestedColumns_AreTheSameRowsAsInJson(CompressionMethod compression)
    {
        var schema = new ParquetSchema(
            new DataField<int>("id"),
            new ListField("messages", new StructField("element", new DataField<string>("role"), new DataField<string>("content"))),
            new DataField<double?>("score"));
        var rows = Enumerable.Range(1, 40).Select(i => Row(i, Message("system", "Be brief."), Message("user", $"Größe {i}?"), Message("assistant", $"answer \"{i}\"\n")));

        var scan = RowScan.Of("chats.parquet", await WriteAsync(schema, [.. rows], compression));

        var json = string.Concat(Enumerable.Range(1, 40).Select(i => $$"""{"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Größe {{i}}?"},{"role":"assistant","content":"answer \"{{i}}\"\n"}]}""" + "\n"));
        Assert.Empty(scan.Problems);
        Assert.Equal("parquet", scan.Facts!.Format);
        Assert.Equal(Enumerable.Range(1, 40), scan.GoodLines);
        Assert.Equal(RowScan.Of("chats.jsonl", json).Good.Select(row => row.Id), scan.Good.Select(row => row.Id));
    }

    [Fact]
    public async Task Chats_WithNullsAndWithoutMessages_AreLocatedByRow()
    {
        var schema = new ParquetSchema(
            new DataField<int>("id"),
            new ListField("messages", new StructField("element", new DataField<string>("role"), new DataField<string>("content"))),
            new DataField<double?>("score"));

        var scan = RowScan.Of("chats.parquet", await WriteAsync(
            schema,
            [
                Row(1, Message("user", "a"), Message("assistant", "b")),
                Row(2, Message("user", "a"), Message("assistant", null)),
                Row(3),
                Row(4, Message("user", "c"), Message("narrator", "d")),
                Row(5, Message("user", "e"), Message("assistant", "f")),
            ]));

        Assert.Equal([2, 3, 4], scan.Costly.Select(problem => problem.Line));
        Assert.Equal(["missing_field", "empty_conversation", "unknown_role"], scan.Costly.Select(problem => problem.Kind == "null_value" ? "missing_field" : problem.Kind));
        Assert.Equal(["messages[1].content", "messages", "messages[1].role"], scan.Costly.Select(problem => problem.Path));
        Assert.Equal([1, 5], scan.GoodLines);
    }

    [Fact]
    public async Task TokenIds_InListColumns_AreRead()
    {
        var schema = new ParquetSchema(new ListField("input_ids", new DataField<int>("element")), new ListField("labels", new DataField<long>("element")));

        var scan = RowScan.Of("ids.parquet", await WriteAsync(schema, [new() { ["input_ids"] = new List<int> { 1, 2, 3 }, ["labels"] = new List<long> { -100, 2, 3 } }]));

        Assert.Empty(scan.Problems);
        Assert.Equal((RowKind.Tokens, [1, 2, 3], [-100, 2, 3]), (scan.Good[0].Content.Kind, scan.Good[0].Content.Ids.ToArray(), scan.Good[0].Content.Labels.ToArray()), EqualityComparer<(RowKind, int[], int[])>.Create((x, y) => x.Item1 == y.Item1 && x.Item2.SequenceEqual(y.Item2) && x.Item3.SequenceEqual(y.Item3)));
    }

    [Fact]
    public async Task Columns_WithNamesThatMeanNothing_AreTold()
    {
        var scan = RowScan.Of("table.parquet", await WriteAsync(new ParquetSchema(new DataField<string>("one"), new DataField<string>("two")), [new() { ["one"] = "a", ["two"] = "b" }]));

        Assert.Equal([("unknown_columns", 0, "columns one, two")], scan.Problems.Select(problem => (problem.Kind, problem.Line, problem.Found)));
    }

    private static Dictionary<string, object?> Row(int id, params Dictionary<string, object?>[] messages) => new() { ["id"] = id, ["messages"] = messages.ToList(), ["score"] = null };

    private static Dictionary<string, object?> Message(string role, string? content) => new() { ["role"] = role, ["content"] = content };

    private static async Task<byte[]> WriteAsync(ParquetSchema schema, List<Dictionary<string, object?>> rows, CompressionMethod compression = CompressionMethod.Snappy)
    {
        using var file = new MemoryStream();
        await ParquetSerializer.SerializeUntypedAsync(rows, schema, file, new ParquetOptions { CompressionMethod = compression, RowGroupSize = 15 });
        return file.ToArray();
    }
}
