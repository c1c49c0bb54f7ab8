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

    [Fact]
    public void Pairs_ShareTheirPromptAndLearnTheirAnswers()
    {
        var file = Read(
            """{"prompt": [{"role": "user", "content": "a"}], "chosen": [{"role": "assistant", "content": "good"}], "rejected": [{"role": "assistant", "content": "bad one"}]}""");

        Assert.Empty(file.Rows);
        var (chosen, rejected) = Assert.Single(file.Pairs);
        var prompt = chosen.Labels.TakeWhile(label => label == TokenShard.IgnoreIndex).Count();
        Assert.True(prompt > 0 && prompt < chosen.Ids.Length);
        Assert.Equal(prompt, rejected.Labels.TakeWhile(label => label == TokenShard.IgnoreIndex).Count());
        Assert.Equal(chosen.Ids.Take(prompt), rejected.Ids.Take(prompt));
        Assert.NotEqual(chosen.Ids.Skip(prompt), rejected.Ids.Skip(prompt));
    }

    [Fact]
    public void PairsBesideRows_AreRefused()
    {
        var refused = Assert.Throws<InvalidDataException>(() => Read(
            """{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}""",
            """{"prompt": [{"role": "user", "content": "a"}], "chosen": [{"role": "assistant", "content": "good"}], "rejected": [{"role": "assistant", "content": "bad one"}]}"""));

        Assert.Contains("put them into two", refused.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private RowFile Read(params string[] lines)
    {
        var path = _folder.Write("rows.jsonl", Encoding.UTF8.GetBytes(string.Join('\n', lines)));
        return RowFile.Read(path, TinyModel.Write(_folder));
    }
}
