using System.Text;
using LoraMesh.DatasetPrep.Building;
using LoraMesh.Formats;

namespace LoraMesh.UnitTests.DatasetPrep;

public sealed class RowFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Rows_OfChats_KeepTheFilesOrderAndRepetitions()
    {
        var file = Read(
            """{"messages": [{"role": "user", "content": "b"}, {"role": "assistant", "content": "second"}]}""",
            """{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "first one"}]}""",
            """{"messages": [{"role": "user", "content": "b"}, {"role": "assistant", "content": "second"}]}""");

        Assert.Equal(3, file.Rows.Count);
        Assert.Equal(file.Rows[0].Ids, file.Rows[2].Ids);
        Assert.NotEqual(file.Rows[0].Ids, file.Rows[1].Ids);
        Assert.All(file.Rows, row =>
        {
            Assert.Contains(TokenShard.IgnoreIndex, row.Labels);
            Assert.Contains(row.Labels, label => label != TokenShard.IgnoreIndex);
            Assert.All(row.Ids.Zip(row.Labels), pair => Assert.True(pair.Second == TokenShard.IgnoreIndex || pair.Second == pair.First));
        });
    }

    [Fact]
    public void OneBrokenRow_RefusesTheFileWithItsPlace()
    {
        var refused = Assert.Throws<InvalidDataException>(() => Read(
            """{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}""",
            """{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": 7}]}"""));

        Assert.Contains("rows.jsonl:2", refused.Message, StringComparison.Ordinal);
        Assert.Contains("$.messages[1].content", refused.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private RowFile Read(params string[] lines)
    {
        var path = _folder.Write("rows.jsonl", Encoding.UTF8.GetBytes(string.Join('\n', lines)));
        return RowFile.Read(path, TinyModel.Write(_folder));
    }
}
