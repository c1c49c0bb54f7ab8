using LoraMesh.EndToEndTests.Fixtures;

namespace LoraMesh.EndToEndTests;

public sealed class DemoTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Demo_OnFewTickets_EndsPromotedWithBetterFiguresAndAnswers()
    {
        var tickets = _folder.WriteTickets(rows: 300, Configs.Quick)[0];

        var outcome = await LorameshProcess.RunAsync("demo", "--json", "--exit", "--data", _folder.Data, "--sample", Path.GetDirectoryName(tickets)!);

        Assert.True(outcome.ExitCode == 0, outcome.Everything);
        var result = outcome.Json;
        Assert.Equal("promoted", result.GetProperty("state").GetString());
        Assert.True(result.GetProperty("promoted").GetBoolean());
        Assert.Matches("^run-[0-9a-f]{12}$", result.GetProperty("run").GetString());
        Assert.Equal("tickets", result.GetProperty("project").GetString());
        Assert.Equal(1, result.GetProperty("version").GetInt32());
        Assert.Matches("^[0-9a-f]{64}$", result.GetProperty("dataset").GetString());
        Assert.NotEmpty(result.GetProperty("reason").GetString()!);
        Assert.True(result.GetProperty("seconds").GetDouble() > 0);

        var rows = result.GetProperty("rows");
        var read = rows.GetProperty("train").GetInt32() + rows.GetProperty("test").GetInt32() + rows.GetProperty("rejected").GetInt32();
        Assert.InRange(read, 250, 300);

        var unadapted = result.GetProperty("base");
        var adapter = result.GetProperty("adapter");
        Assert.True(adapter.GetProperty("loss").GetDouble() < unadapted.GetProperty("loss").GetDouble(), outcome.Everything);
        Assert.True(adapter.GetProperty("exact_match").GetDouble() >= unadapted.GetProperty("exact_match").GetDouble(), outcome.Everything);

        var questions = result.GetProperty("questions");
        Assert.Equal(3, questions.GetArrayLength());
        Assert.All(questions.EnumerateArray(), question => Assert.NotEqual(question.GetProperty("base").GetString(), question.GetProperty("adapter").GetString()));
    }

    [Fact]
    public async Task Demo_NotPromoted_ExitsOneAndSaysWhy()
    {
        var tickets = _folder.WriteTickets(rows: 100, Configs.Hopeless)[0];

        var outcome = await LorameshProcess.RunAsync("demo", "--json", "--exit", "--data", _folder.Data, "--sample", Path.GetDirectoryName(tickets)!);

        Assert.True(outcome.ExitCode == 1, outcome.Everything);
        Assert.True(outcome.Json.GetProperty("state").GetString() == "refused", outcome.Everything);
        Assert.False(outcome.Json.GetProperty("promoted").GetBoolean());
        Assert.NotEmpty(outcome.Json.GetProperty("reason").GetString()!);
    }
}
