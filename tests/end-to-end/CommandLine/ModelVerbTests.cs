using System.Runtime.InteropServices;
using LoraMesh.AllInOne.Commands;
using LoraMesh.CommandLine;
using LoraMesh.EndToEndTests.Fixtures;
using LoraMesh.Formats;

namespace LoraMesh.EndToEndTests.CommandLine;

public sealed class ModelVerbTests : IDisposable
{
    private static readonly string Model = Path.Combine(AppContext.BaseDirectory, "samples", "base-model");

    private readonly TestFolder _folder = new();

    [Fact]
    public async Task Logits_PaddingOnEitherSide_GivesTheSameNumbers()
    {
        var ids = _folder.Write("ids.json", """{"input_ids": [[5, 6, 7, 0, 0], [0, 0, 5, 6, 7]], "attention_mask": [[1, 1, 1, 0, 0], [0, 0, 1, 1, 1]]}""");
        var output = _folder.Write("logits.safetensors", "");

        var outcome = await LorameshProcess.RunAsync("model", "logits", "--model", Model, "--ids", ids, "--out", output, "--json");

        Assert.True(outcome.ExitCode == ExitCode.Done, outcome.Everything);
        var vocabulary = outcome.Json.GetProperty("vocabulary").GetInt32();
        using var file = SafetensorsFile.Open(output);
        var tensor = file.Require("logits", "F32", dimensions: 3);
        Assert.Equal([2, 5, vocabulary], tensor.Shape);
        var logits = MemoryMarshal.Cast<byte, float>(file.Bytes(tensor)).ToArray();
        Assert.Equal(logits[..(3 * vocabulary)], logits[(7 * vocabulary)..]);
        Assert.All(logits[(3 * vocabulary)..(7 * vocabulary)], logit => Assert.Equal(0, logit));
        Assert.Contains(logits[..vocabulary], logit => logit != 0);
    }

    [Fact]
    public async Task Generate_Ids_GivesAsManyAsAskedForEachRow()
    {
        var ids = _folder.Write("ids.json", """{"input_ids": [[5, 6, 7], [8, 9, 10]]}""");

        var outcome = await LorameshProcess.RunAsync("model", "generate", "--model", Model, "--ids", ids, "--max-new-tokens", "4", "--json");

        Assert.True(outcome.ExitCode == ExitCode.Done, outcome.Everything);
        Assert.Equal([4, 4], outcome.Json.GetProperty("new_ids").EnumerateArray().Select(row => row.GetArrayLength()));
    }

    [Theory]
    [InlineData("""{"input_ids": [[5, 6, 7]], "attention_mask": [[1, 0, 1]]}""", "zeros between ones")]
    [InlineData("""{"input_ids": [[5, 6], [7]]}""", "row 1 has 1 ids")]
    [InlineData("""{"input_ids": [[5, -6]]}""", "input_ids[0][1] is -6")]
    [InlineData("""{"ids": [[5]]}""", "has no input_ids")]
    public void TokenRows_Malformed_AreRefusedWithPlace(string json, string named)
    {
        var failure = Assert.Throws<CommandException>(() => TokenRows.Read(_folder.Write("ids.json", json), vocabulary: 100));

        Assert.Equal(ExitCode.RefusedInput, failure.ExitCode);
        Assert.Contains(named, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Info_OfTheSampleModel_CountsItsParameters()
    {
        var outcome = await LorameshProcess.RunAsync("model", "info", "--model", Model, "--json");

        Assert.True(outcome.ExitCode == ExitCode.Done, outcome.Everything);
        Assert.Equal("llama", outcome.Json.GetProperty("family").GetString());
        var modules = outcome.Json.GetProperty("modules").EnumerateArray().Sum(module => module.GetProperty("parameters").GetInt64());
        Assert.Equal(outcome.Json.GetProperty("parameters").GetInt64(), modules);
    }

    [Fact]
    public async Task TrainAndEval_AFileOfChats_NeedNoDatasetFolder()
    {
        var rows = _folder.Write("chats.jsonl", string.Join('\n', Enumerable.Range(0, 8).Select(row =>
            $$"""{"messages": [{"role": "user", "content": "number {{row}}"}, {"role": "assistant", "content": "blue"}]}""")));
        var config = _folder.Write("training.yaml", "max_steps: 6\nwarmup_steps: 1\nper_device_train_batch_size: 8\n");
        var adapter = Path.Combine(Path.GetDirectoryName(rows)!, "adapter");

        var trained = await LorameshProcess.RunAsync("train", "--model", Model, "--data", rows, "--config", config, "--out", adapter, "--json");
        var measured = await LorameshProcess.RunAsync("eval", "--model", Model, "--adapter", adapter, "--data", rows, "--json");

        Assert.True(trained.ExitCode == ExitCode.Done, trained.Everything);
        Assert.True(measured.ExitCode == ExitCode.Done, measured.Everything);
        Assert.Equal(8, measured.Json.GetProperty("rows").GetInt32());
        var (before, after) = (measured.Json.GetProperty("base").GetProperty("loss").GetDouble(), measured.Json.GetProperty("adapter").GetProperty("loss").GetDouble());
        Assert.Equal(before, trained.Json.GetProperty("losses")[0].GetDouble(), 1e-4);
        Assert.True(after < before / 2, $"loss {before} before, {after} after");
    }

    [Fact]
    public async Task Score_GivenAnswers_HasTheHarnessKeys()
    {
        var rows = _folder.Write("answers.jsonl", "{\"prediction\": \"so #### 42\", \"references\": [\"42\"]}\n{\"prediction\": \"none\", \"references\": \"7\"}\n");

        var outcome = await LorameshProcess.RunAsync("eval", "score", "--in", rows, "--metrics", "exact_match", "--regex", "#### ([0-9]+)", "--json");

        Assert.True(outcome.ExitCode == ExitCode.Done, outcome.Everything);
        var score = outcome.Json.GetProperty("results").GetProperty("score");
        Assert.Equal(0.5, score.GetProperty("exact_match,regex").GetDouble());
        Assert.Equal(0.5, score.GetProperty("exact_match_stderr,regex").GetDouble(), 1e-12);
    }

    [Fact]
    public async Task Score_ABrokenRow_IsRefusedWithItsLine()
    {
        var rows = _folder.Write("broken.jsonl", "{\"prediction\": \"a\", \"references\": [\"a\"]}\n{\"prediction\": \"a\"}\n");

        var outcome = await LorameshProcess.RunAsync("eval", "score", "--in", rows);

        Assert.Equal(ExitCode.RefusedInput, outcome.ExitCode);
        Assert.Contains("line 2: there are no references", outcome.Everything, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
