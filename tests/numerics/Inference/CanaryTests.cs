using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.Hosting.Access;

namespace LoraMesh.NumericsTests.Inference;

/// <summary>Canaries, and adapters that operators load and unload by hand.</summary>
public sealed class CanaryTests
{
    [Fact]
    public async Task Canary_GetsItsShareAndTheSameUsersAlways()
    {
        await using var host = await StartAsync(percent: 50);
        var champion = await FingerprintAsync(host, "mine@1", null);
        var canary = await FingerprintAsync(host, "mine@canary", null);

        var seen = new List<string>();
        for (var user = 0; user < 20; user++)
        {
            var first = await FingerprintAsync(host, "mine", $"user {user}");
            Assert.Equal(first, await FingerprintAsync(host, "mine", $"user {user}"));
            seen.Add(first);
        }

        Assert.Equal(new[] { champion, canary }.Order(), seen.Distinct().Order());
        Assert.InRange(seen.Count(one => one == canary), 3, 17);
        Assert.Equal(champion, await FingerprintAsync(host, "mine@1", "user 1"));
    }

    [Fact]
    public async Task Canary_ThatCannotAnswer_GivesWayToTheChampionAndIsAskedNoMore()
    {
        await using var host = await StartAsync(percent: 100, canarySize: float.NaN);
        var champion = await FingerprintAsync(host, "mine@1", null);

        for (var request = 0; request < 6; request++)
        {
            Assert.Equal(champion, await FingerprintAsync(host, "mine", $"user {request}"));
        }

        var alias = new AdapterAlias { Project = "mine", Version = 2, AdapterId = await AdapterIdAsync(host), Adapter = new BlobRef { Bucket = Buckets.Adapters, Key = "k", Sha256 = new string('0', 64), Bytes = 1 } };
        Assert.Null(host.Service<LoraMesh.Inference.Adapters.CanarySplit>().TrialFor(alias, "anyone"));
        Assert.NotNull(host.Service<LoraMesh.Inference.Adapters.CanarySplit>().TrialFor(alias with { AdapterId = new string('9', 64) }, "anyone"));
    }

    [Fact]
    public async Task Canary_WhoseAnswersTakeTooLong_IsAskedNoMore()
    {
        // No canary is a million times faster than the champion.
        await using var host = await StartAsync(percent: 50, most: 1e-6);
        var champion = await FingerprintAsync(host, "mine@1", null);

        for (var user = 0; user < 60; user++)
        {
            await FingerprintAsync(host, "mine", $"user {user}");
        }

        for (var user = 0; user < 20; user++)
        {
            Assert.Equal(champion, await FingerprintAsync(host, "mine", $"user {user}"));
        }
    }

    [Theory]
    [InlineData(20, 0.03, true)]
    [InlineData(20, 0.019, false)]
    [InlineData(19, 0.03, false)]
    public void Canary_IsHeldAgainstTheMedianOfTheChampion(int answers, double pace, bool isOver)
    {
        string? told = null;
        var trial = new LoraMesh.Inference.Adapters.CanaryTrial(0.05, mostSlowdown: 2, reason => told = reason);

        for (var answer = 0; answer < answers; answer++)
        {
            // One long answer is no reason.
            trial.ChampionAnswered(answer == 0 ? 60 : 0.01);
            trial.Answered(pace);
        }

        Assert.Equal((isOver, isOver ? "its answers take 30.0 ms a token in the median, the champion's 10.0" : null), (trial.IsOver, told));
    }

    [Fact]
    public async Task Adapter_LoadedByHand_IsServedUntilItIsUnloaded()
    {
        await using var host = await InferenceHost.StartAsync();
        var adapter = await host.WriteAdapterAsync("mine", version: 5, seed: 21);

        var (status, text) = await PostAsync(host, "load", new { lora_name = "mine@5", lora_path = $"s3://lm-adapters/mine/{adapter.AdapterId}" });

        Assert.Equal((HttpStatusCode.OK, "Success: LoRA adapter 'mine@5' added successfully."), (status, text));
        Assert.EndsWith(adapter.AdapterId[..8], await FingerprintAsync(host, "mine@5", null), StringComparison.Ordinal);
        await host.Directory.RefreshAsync(null, retryRefused: true, default);
        await FingerprintAsync(host, "mine@5", null);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(host, "unload", new { lora_name = "mine@5" })).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await host.PostAsync("/v1/completions", Ask("mine@5", null))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(host, "unload", new { lora_name = "mine@5" })).Status);
    }

    [Fact]
    public async Task Adapter_ThatAnAliasNames_OnlyLeavesMemory()
    {
        await using var host = await StartAsync(percent: 0);

        var (_, text) = await PostAsync(host, "unload", new { lora_name = "mine" });

        Assert.Contains("left memory", text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(host, "load", new { lora_name = "mine" })).Status);
        await FingerprintAsync(host, "mine", null);
    }

    [Theory]
    [InlineData("""{"lora_name": "mine@5", "lora_path": "s3://lm-adapters/mine/none"}""", 404, "lora_path")]
    [InlineData("""{"lora_name": "mine@5", "lora_path": "/etc/passwd"}""", 400, "lora_path")]
    [InlineData("""{"lora_name": "mine@5", "lora_path": "theirs/x"}""", 400, "lora_path")]
    [InlineData("""{"lora_name": "mine", "lora_path": "mine/x"}""", 400, "lora_name")]
    [InlineData("""{"lora_path": "mine/x"}""", 400, "lora_name")]
    [InlineData("""{"lora_name": "nobody"}""", 404, "model")]
    public async Task Load_OfWhatCannotBe_IsRefused(string body, int expected, string param)
    {
        await using var host = await InferenceHost.StartAsync();

        var (status, text) = await PostAsync(host, "load", JsonDocument.Parse(body).RootElement);

        Assert.Equal(expected, (int)status);
        Assert.Equal(param, JsonDocument.Parse(text).RootElement.GetProperty("error").GetProperty("param").GetString());
    }

    [Fact]
    public async Task Load_NeedsAnOperatorOfTheProject()
    {
        await using var host = await InferenceHost.StartAsync(adminKey: "administrator-of-inference");
        var adapter = await host.WriteAdapterAsync("mine", version: 5, seed: 21);
        var body = new { lora_name = "mine@5", lora_path = $"mine/{adapter.AdapterId}" };
        foreach (var (role, project, expected) in new[] { (AccessRoles.Viewer, "mine", 403), (AccessRoles.Operator, "theirs", 400), (AccessRoles.Operator, "mine", 200) })
        {
            var (_, key) = await host.Service<ApiKeys>().CreateAsync("k", role, [project], null, "test", default);
            host.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);

            Assert.Equal(expected, (int)(await PostAsync(host, "load", body)).Status);
        }
    }

    private static async Task<InferenceHost> StartAsync(double percent, float canarySize = 0.3f, double most = 0)
    {
        var host = await InferenceHost.StartAsync(options => (options.CanaryPercent, options.CanaryMaxSlowdown) = (percent, most));
        await host.DeployAsync(await host.WriteAdapterAsync("mine", version: 1, seed: 11));
        await host.WriteAliasAsync(await host.WriteAdapterAsync("mine", version: 2, seed: 12, size: canarySize), "canary");
        await host.Directory.RefreshAsync("mine", retryRefused: false, default);
        return host;
    }

    private static async Task<string> AdapterIdAsync(InferenceHost host) => (await host.WriteAdapterAsync("mine", version: 2, seed: 12)).AdapterId;

    private static object Ask(string model, string? user) => new { model, user, prompt = "x", max_tokens = 1 };

    private static async Task<string> FingerprintAsync(InferenceHost host, string model, string? user)
    {
        var (status, body) = await host.PostAsync("/v1/completions", Ask(model, user));
        Assert.True(status == HttpStatusCode.OK, body.GetRawText());
        return body.GetProperty("system_fingerprint").GetString()!;
    }

    private static async Task<(HttpStatusCode Status, string Text)> PostAsync(InferenceHost host, string what, object body)
    {
        using var response = await host.Client.PostAsJsonAsync($"/v1/{what}_lora_adapter", body);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
