using LoraMesh.EndToEndTests.Fixtures;

namespace LoraMesh.EndToEndTests;

[Collection(TrainedSuiteTests.Name)]
public sealed class BadInputTests(TrainedSuite trained) : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Drop_WithSomeBadRows_NamesFileAndLineAndTrainsOnTheRest()
    {
        var rows = TestFolder.SampleTickets(60).ToList();
        rows.Insert(10, "{\"messages\": [{\"role\": \"user\"");
        rows.Insert(20, "{\"question\": 17}");
        var file = _folder.Write("mixed.jsonl", string.Join('\n', rows));

        var outcome = await trained.Suite.DropAndWaitAsync("mixed", file, _folder.Write("project.yaml", Configs.Hopeless));

        Assert.True(outcome.ExitCode == 1, outcome.Everything);
        Assert.True(outcome.Json.GetProperty("state").GetString() == "refused", outcome.Everything);
        Assert.Equal(2, outcome.Json.GetProperty("rows").GetProperty("rejected").GetInt32());
        var problems = outcome.Json.GetProperty("problems").EnumerateArray()
            .Select(problem => (File: problem.GetProperty("file").GetString(), Line: problem.GetProperty("line").GetInt32()))
            .ToList();
        Assert.Contains(("mixed.jsonl", 11), problems);
        Assert.Contains(("mixed.jsonl", 21), problems);
    }

    [Fact]
    public async Task Drop_WithNothingButBadRows_ExitsThreeAndQuarantines()
    {
        var file = _folder.Write("bad.jsonl", string.Join('\n', Enumerable.Range(0, 40).Select(row => $"not json, row {row}")));

        var outcome = await trained.Suite.DropAndWaitAsync("bad", file);

        Assert.True(outcome.ExitCode == 3, outcome.Everything);
        var run = outcome.Json.GetProperty("run").GetString()!;
        Assert.Equal("rejected", outcome.Json.GetProperty("state").GetString());
        Assert.NotEmpty(outcome.Json.GetProperty("reason").GetString()!);
        Assert.Contains(outcome.Json.GetProperty("problems").EnumerateArray(), problem => problem.GetProperty("line").GetInt32() == 1);
        var quarantine = Path.Combine(trained.Suite.Data, "lm-quarantine", "bad", run);
        Assert.True(Directory.Exists(quarantine), $"{quarantine} is missing");
        Assert.Contains(Directory.EnumerateFiles(quarantine, "*", SearchOption.AllDirectories), path => Path.GetFileName(path) == "bad.jsonl");
    }

    [Fact]
    public async Task Drop_OfTheSameBytesAgain_ReportsTheRunThatTookThem()
    {
        var outcome = await trained.Suite.DropAndWaitAsync(TrainedSuite.Project, [.. trained.Files]);

        Assert.True(outcome.ExitCode == 0, outcome.Everything);
        Assert.Equal(trained.Trained.Json.GetProperty("run").GetString(), outcome.Json.GetProperty("run").GetString());
        Assert.Contains(outcome.Json.GetProperty("files").EnumerateArray(), file => file.GetProperty("already_taken").GetBoolean());
    }

    [Fact]
    public async Task Drop_OfTwoFilesWithOneName_IsRefusedBeforeAnythingIsSent()
    {
        var first = _folder.Write("a/rows.jsonl", "{}");
        var second = _folder.Write("b/rows.jsonl", "{}");

        var outcome = await LorameshProcess.RunAsync("drop", first, second, "--project", "twins", "--json", "--url", trained.Suite.Address.ToString());

        Assert.Equal(2, outcome.ExitCode);
        Assert.Equal("same_name", outcome.Json.GetProperty("error").GetProperty("code").GetString());
        Assert.False(Directory.Exists(Path.Combine(trained.Suite.Data, "lm-inbox", "twins")));
    }

    [Fact]
    public async Task Drop_WithoutASuite_ExitsOneAndSaysHowToStartOne()
    {
        var file = _folder.Write("rows.jsonl", "{}");

        // Port 9 is the discard service: nothing of ours ever listens there.
        var outcome = await LorameshProcess.RunAsync("drop", file, "--project", "nobody", "--json", "--url", "http://127.0.0.1:9");

        Assert.Equal(1, outcome.ExitCode);
        Assert.Equal("suite_unreachable", outcome.Json.GetProperty("error").GetProperty("code").GetString());
        Assert.Contains("loramesh up", outcome.Errors[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Up_OnAFolderInUse_ExitsTwoAndSaysWhoHoldsIt()
    {
        var outcome = await LorameshProcess.RunAsync("up", "--data", trained.Suite.Data, "--urls", "http://127.0.0.1:0");

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("in use by process", outcome.Errors[^1], StringComparison.Ordinal);
    }
}
