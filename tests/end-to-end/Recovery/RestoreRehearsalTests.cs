using System.Net.Http.Json;
using System.Text.Json;
using LoraMesh.EndToEndTests.Fixtures;

namespace LoraMesh.EndToEndTests.Recovery;

/// <summary>The rehearsal of docs/operations.md: a suite is backed up while it runs, lost, and restored.</summary>
public sealed class RestoreRehearsalTests : IDisposable
{
    private const string Project = "tickets";

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Suite_BackedUpLostAndRestored_AnswersAsBeforeAndKnowsItsHistory()
    {
        var files = _folder.WriteTickets(rows: 200, Configs.Quick);
        var backup = _folder.PathOf("backup");
        Known before;
        await using (var suite = await RunningSuite.StartAsync(_folder.Data))
        {
            var trained = await suite.DropAndWaitAsync(Project, files);
            Assert.True(trained.ExitCode == 0, $"{trained.Everything}\n{suite.Everything}");
            var taken = await LorameshProcess.RunAsync("backup", "--data", _folder.Data, "--out", backup, "--json");
            Assert.True(taken.ExitCode == 0, taken.Everything);
            Assert.Equal(1, taken.Json.GetProperty("rows").GetProperty("versions").GetInt64());
            before = await LookAsync(suite);
        }

        Directory.Delete(_folder.Data, recursive: true);
        var restored = await LorameshProcess.RunAsync("restore", "--from", backup, "--data", _folder.Data, "--json");
        Assert.True(restored.ExitCode == 0, restored.Everything);

        await using var again = await RunningSuite.StartAsync(_folder.Data);
        var after = await LookAsync(again);
        Assert.Equal(before.Answer, after.Answer);
        Assert.Equal(before.Runs, after.Runs);
        Assert.Equal(before.Adapters, after.Adapters);
        // Every entry from before stands in the chain, and one says what was done.
        Assert.Equal(before.Entries + 1, after.Entries);
        var head = await LorameshProcess.RunAsync("audit", "verify", "--head", before.Head, "--json", "--url", again.Address.ToString());
        Assert.True(head.ExitCode == 0, head.Everything);
        // The same bytes are known and start nothing.
        var dropped = await again.DropAndWaitAsync(Project, files);
        var rows = dropped.Json.GetProperty("files").EnumerateArray().Single(file => file.GetProperty("key").GetString() == $"{Project}/tickets.jsonl");
        Assert.True(rows.GetProperty("already_taken").GetBoolean(), dropped.Everything);
    }

    private sealed record Known(string Answer, string Runs, string Adapters, string Head, long Entries);

    private static async Task<Known> LookAsync(RunningSuite suite)
    {
        using var http = new HttpClient { BaseAddress = suite.Address, Timeout = TimeSpan.FromMinutes(2) };
        await WaitUntilServedAsync(http);
        var body = new { model = Project, temperature = 0, max_tokens = 40, messages = new[] { new { role = "user", content = "Kestrel again: please hold the delivery." } } };
        using var answer = await http.PostAsJsonAsync("v1/chat/completions", body);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        var audit = await http.GetFromJsonAsync<JsonElement>("api/v1/audit/verify");
        Assert.True(audit.GetProperty("intact").GetBoolean(), audit.GetRawText());
        return new Known(
            JsonDocument.Parse(text).RootElement.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!,
            await http.GetStringAsync("api/v1/runs"),
            await http.GetStringAsync($"api/v1/projects/{Project}/adapters"),
            audit.GetProperty("head").GetString()!,
            audit.GetProperty("entries").GetInt64());
    }

    // A suite that has just started reads its aliases and loads their adapters first.
    private static async Task WaitUntilServedAsync(HttpClient http)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (!(await http.GetStringAsync("v1/models", limit.Token)).Contains($"\"{Project}\"", StringComparison.Ordinal))
        {
            await timer.WaitForNextTickAsync(limit.Token);
        }
    }
}
