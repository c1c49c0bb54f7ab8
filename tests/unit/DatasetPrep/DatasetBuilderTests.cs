using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Building;
using LoraMesh.DatasetPrep.Reading;
using LoraMesh.Formats;
using LoraMesh.Text;

namespace LoraMesh.UnitTests.DatasetPrep;

public sealed class DatasetBuilderTests : IDisposable
{
    private readonly Sample _sample = new();

    [Fact]
    public void Build_GoodRows_WritesTextAndTokensOfBothSplits()
    {
        var outcome = _sample.Build(Sample.Rows(40));

        Assert.Null(outcome.Rejection);
        Assert.Null(outcome.RejectedRows);
        Assert.Equal((40, 40, 0), (outcome.Report.RowsRead, outcome.Report.RowsKept, outcome.Report.Duplicates));
        Assert.Equal(40, outcome.Train!.Rows + outcome.Test!.Rows);
        var tokenizer = Tokenizer.FromJson(TinyModel.Files()["tokenizer.json"]);
        foreach (var split in (BuiltSplit[])[outcome.Train, outcome.Test])
        {
            var lines = File.ReadAllLines(split.Text.Path);
            var shard = TokenShard.Read(split.Shard.Path);
            Assert.Equal(split.Rows, lines.Length);
            Assert.Equal((split.Rows, split.Tokens), (shard.Rows, shard.InputIds.Length));
            Assert.Equal(split.SupervisedTokens, shard.Labels.Count(label => label >= 0));
            for (var row = 0; row < shard.Rows; row++)
            {
                var messages = JsonDocument.Parse(lines[row]).RootElement.GetProperty("messages");
                var (question, answer) = (messages[0].GetProperty("content").GetString(), messages[1].GetProperty("content").GetString());
                Assert.Equal($"<|start|>user\n{question}<|end|>\n<|start|>assistant\n{answer}<|end|>\n", tokenizer.Decode(shard.Ids(row).ToArray(), skipSpecialTokens: false));
                int[] learned = [.. shard.RowLabels(row).ToArray().Where(label => label != TokenShard.IgnoreIndex)];
                Assert.Equal(answer + TinyModel.End, tokenizer.Decode(learned, skipSpecialTokens: false));
            }
        }
    }

    [Fact]
    public void Build_TemplateThatRewritesEarlierTurns_LearnsTheLastTurnOnly()
    {
        _sample.Template = "{% for m in messages %}<|start|>{{ m.role }}\n{{ '(' if m.role == 'assistant' and loop.last }}{{ m.content }}<|end|>{% endfor %}{% if add_generation_prompt %}<|start|>assistant\n{% endif %}";
        var rows = string.Concat(Enumerable.Range(0, 20).Select(i => $$"""{"messages":[{"role":"user","content":"a{{i}}"},{"role":"assistant","content":"b"},{"role":"user","content":"c"},{"role":"assistant","content":"d"}]}""" + "\n"));

        var outcome = _sample.Build(rows);

        var shard = TokenShard.Read(outcome.Train!.Shard.Path);
        var tokenizer = Tokenizer.FromJson(TinyModel.Files()["tokenizer.json"]);
        Assert.All(Enumerable.Range(0, shard.Rows), row => Assert.Equal(
            "(d<|end|>", tokenizer.Decode(shard.RowLabels(row).ToArray().Where(label => label >= 0).ToArray(), skipSpecialTokens: false)));
        Assert.Empty(outcome.Report.Problems);
    }

    [Fact]
    public void Build_Packs_FillNoMoreThanTheBatch()
    {
        _sample.Config = _sample.Config with { Training = new TrainingConfig { TokensPerBatch = 120 } };

        var outcome = _sample.Build(Sample.Rows(40));

        var shard = TokenShard.Read(outcome.Train!.Shard.Path);
        var packs = shard.PackOffsets.Length - 1;
        Assert.InRange(packs, 2, shard.Rows - 1);
        for (var pack = 0; pack < packs; pack++)
        {
            var rows = shard.PackedRows[(int)shard.PackOffsets[pack]..(int)shard.PackOffsets[pack + 1]];
            Assert.InRange(rows.Sum(row => shard.RowOffsets[row + 1] - shard.RowOffsets[row]), 1, 120);
        }
    }

    [Fact]
    public void Build_Files_AreReadInOrderOfTheirNames()
    {
        var outcome = _sample.Build(("b.jsonl", Sample.Rows(10)), ("a/z.jsonl", Sample.Rows(10, 10)), ("B.jsonl", Sample.Rows(10, 20)));

        var sources = File.ReadLines(outcome.Train!.Text.Path)
            .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("source"))
            .Select(source => (File: source.GetProperty("file").GetString()!, Line: source.GetProperty("line").GetInt32()))
            .ToList();
        Assert.Equal(sources.OrderBy(source => source.File, StringComparer.Ordinal).ThenBy(source => source.Line), sources);
        Assert.Equal(["B.jsonl", "a/z.jsonl", "b.jsonl"], sources.Select(source => source.File).Distinct());
    }

    [Fact]
    public void Build_Duplicates_AreDroppedAndCounted()
    {
        var outcome = _sample.Build(("a.jsonl", Sample.Rows(20)), ("b.jsonl", """{"question":"question 3","answer":"answer 3"}""" + "\n" + Sample.Rows(3)));

        Assert.Equal((24, 20, 4), (outcome.Report.RowsRead, outcome.Report.RowsKept, outcome.Report.Duplicates));
        Assert.Equal([("mixed_schemas", 3)], outcome.Report.ProblemCounts.Select(entry => (entry.Key, entry.Value)));
    }

    [Theory]
    [InlineData(40, 1024, 4096, "at most 40 tokens (prep.max_sequence_length)")]
    [InlineData(512, 40, 4096, "at most 40 tokens (training.tokens_per_batch)")]
    [InlineData(512, 1024, 40, "at most 40 tokens (max_position_embeddings of the base model)")]
    public void Row_LongerThanTheTightestLimit_IsRefused(int sequence, int batch, int positions, string expected)
    {
        _sample.Config = new ProjectConfig { Prep = _sample.Config.Prep with { MaxSequenceLength = sequence }, Training = new TrainingConfig { TokensPerBatch = batch } };
        _sample.MaxPositions = positions;
        // The marks, "user\n", "assistant\n" and two line ends take 21 tokens, and every other byte takes one.
        var rows = string.Concat(Enumerable.Range(0, 20).Select(i => $$"""{"prompt":"{{i:D10}}","completion":"{{i:D9}}"}""" + "\n"));

        var outcome = _sample.Build(rows + """{"prompt":"12345678901","completion":"123456789012345678901"}""");

        Assert.Equal(20, outcome.Report.RowsKept);
        var problem = Assert.Single(outcome.Report.Problems);
        Assert.Equal(("too_long", 21, "53 tokens", expected), (problem.Kind, problem.Line, problem.Found, problem.Expected));
    }

    [Fact]
    public void Row_RefusedByTheTemplate_IsReportedWithItsReason()
    {
        var outcome = _sample.Build(Sample.Rows(20) + """{"prompt":"REFUSE","completion":"b"}""");

        var problem = Assert.Single(outcome.Report.Problems);
        Assert.Equal(("template_error", 21), (problem.Kind, problem.Line));
        Assert.Contains("REFUSE is not allowed", problem.Found, StringComparison.Ordinal);
    }

    [Fact]
    public void Row_WhoseAnswerTheTemplateDrops_IsRefused()
    {
        var outcome = _sample.Build(Sample.Rows(20) + """{"prompt":"a","completion":"DROP"}""");

        var problem = Assert.Single(outcome.Report.Problems);
        Assert.Equal(("no_supervised_tokens", 21), (problem.Kind, problem.Line));
    }

    [Fact]
    public void Row_RefusedTwice_IsNoDuplicate()
    {
        const string Refused = """{"prompt":"REFUSE","completion":"b"}""" + "\n";

        var outcome = _sample.Build(Sample.Rows(20) + Refused + Refused);

        Assert.Equal(0, outcome.Report.Duplicates);
        Assert.Equal(2, outcome.Report.ProblemCounts["template_error"]);
    }

    [Fact]
    public void Rows_Refused_AreListedWithTheirText()
    {
        var outcome = _sample.Build(Sample.Rows(20) + "oops\n" + $$"""{"prompt":"{{new string('x', 3000)}}"}""");

        var rows = File.ReadAllLines(outcome.RejectedRows!.Path);
        Assert.Equal("""{"file":"a.jsonl","line":21,"kind":"not_json","path":"","text":"oops"}""", rows[0]);
        var second = JsonDocument.Parse(rows[1]).RootElement;
        Assert.Equal((22, "missing_field", 2000), (second.GetProperty("line").GetInt32(), second.GetProperty("kind").GetString(), second.GetProperty("text").GetString()!.Length));
        Assert.Equal(2, rows.Length);
    }

    [Fact]
    public void Report_ManyProblems_CountsAllAndShowsAThousandAndSomeOfEveryKind()
    {
        _sample.Config = _sample.Config with { Prep = _sample.Config.Prep with { MinGoodShare = 0 } };

        var outcome = _sample.Build(Sample.Rows(20) + string.Concat(Enumerable.Repeat("oops\n", 1500)) + "{}\n");

        Assert.Equal(1500, outcome.Report.ProblemCounts["not_json"]);
        Assert.Equal(1, outcome.Report.ProblemCounts["unknown_schema"]);
        Assert.Equal(1001, outcome.Report.Problems.Count);
        var written = JsonSerializer.Deserialize<DataReport>(File.ReadAllBytes(outcome.ReportFile.Path), ContractsJson.Options)!;
        Assert.Equal((1521, 20, 1500, 1001), (written.RowsRead, written.RowsKept, written.ProblemCounts["not_json"], written.Problems.Count));
    }

    [Fact]
    public void Build_SettingsOutOfRange_NamesEach()
    {
        _sample.Config = new ProjectConfig { Prep = new PrepConfig { TestShare = 0.7, MinRows = 1 } };

        var error = Assert.Throws<ArgumentException>(() => _sample.Build(Sample.Rows(5)));

        Assert.Contains("prep.test_share is 0.7; allowed is above 0, at most 0.5. prep.min_rows is 1; allowed is at least 2.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tokenizer.json", "{", "tokenizer.json")]
    [InlineData("chat_template.jinja", "{% for %}", "line 1")]
    [InlineData("config.json", "[]", "config.json")]
    [InlineData("config.json", "{\"max_position_embeddings\":\"many\"}", "\"many\"")]
    public void Build_ModelBroken_SaysWhichFile(string name, string content, string expected)
    {
        using var folder = new TemporaryFolder();
        var model = TinyModel.Write(folder);
        File.WriteAllText(Path.Combine(model, name), content);
        var input = PrepInput.FromFile("a.jsonl", folder.Write("a.jsonl", "{}"u8.ToArray()));

        var error = Assert.Throws<BaseModelException>(() => DatasetBuilder.Build([input], model, new ProjectConfig(), folder.File("out")));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_Cancelled_Stops()
    {
        using var folder = new TemporaryFolder();
        var model = TinyModel.Write(folder);
        var input = PrepInput.FromFile("a.jsonl", folder.Write("a.jsonl", "{}"u8.ToArray()));

        Assert.Throws<OperationCanceledException>(() => DatasetBuilder.Build([input], model, new ProjectConfig(), folder.File("out"), cancellationToken: new CancellationToken(canceled: true)));
    }

    public void Dispose() => _sample.Dispose();
}
