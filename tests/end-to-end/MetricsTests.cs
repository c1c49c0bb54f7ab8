using System.Text.RegularExpressions;
using LoraMesh.EndToEndTests.Fixtures;

namespace LoraMesh.EndToEndTests;

/// <summary>What dashboards and alert rules ask for is what a suite that has trained and answered gives.</summary>
[Collection(TrainedSuiteTests.Name)]
public sealed partial class MetricsTests(TrainedSuite trained)
{
    // The broker's own, which a suite in one process does not have.
    private const string BrokersOwn = "rabbitmq_";

    [Fact]
    public async Task Metrics_ThatDashboardsAndAlertsAskFor_AreThere()
    {
        using var http = new HttpClient { BaseAddress = trained.Suite.Address };
        await AskAsync(http);

        // One answer after the other: what is counted at the end of the first one has been counted when the second one comes.
        await AskAsync(http);
        var given = await http.GetStringAsync("metrics");

        var asked = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "observability"), "*.*", SearchOption.AllDirectories)
            .SelectMany(file => MetricName().Matches(File.ReadAllText(file)).Select(match => match.Value))
            .Where(name => !name.StartsWith(BrokersOwn, StringComparison.Ordinal))
            .ToHashSet();
        Assert.True(asked.Count > 10, $"only {string.Join(", ", asked)}");

        // No run is open in a suite that has done everything.
        asked.Remove("loramesh_runs_open");
        Assert.All(asked, name => Assert.True(given.Contains($"\n{name}{{", StringComparison.Ordinal) || given.Contains($"\n{name} ", StringComparison.Ordinal), $"{name} is not in:\n{given}"));
        Assert.Matches("""gen_ai_server_time_per_output_token_seconds_bucket\{[^}]*le="0\.05"\}""", given);
    }

    private static async Task AskAsync(HttpClient http)
    {
        using var question = new StringContent($$"""{"model": "{{TrainedSuite.Project}}", "max_tokens": 4, "messages": [{"role": "user", "content": "Hello"}]}""", null, "application/json");
        using var answer = await http.PostAsync("v1/chat/completions", question);
        answer.EnsureSuccessStatusCode();
    }

    [GeneratedRegex(@"\b(loramesh|gen_ai|http_server|rabbitmq)_[a-z_]+_(open|stalled|pending|waiting|messages|running|bytes|total|bucket|count|sum|ready|consumers)\b")]
    private static partial Regex MetricName();
}
