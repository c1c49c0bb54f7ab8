using System.Net;
using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.Hosting.Access;
using LoraMesh.Inference.Adapters;

namespace LoraMesh.NumericsTests.Inference;

public sealed class HotSwapTests
{
    private const int Length = 24;

    [Fact]
    public async Task Promotions_UnderLoad_DropNothingAndMixNothing()
    {
        await using var host = await InferenceHost.StartAsync();
        var versions = new List<AdapterAlias>();
        for (var version = 1; version <= 4; version++)
        {
            versions.Add(await host.WriteAdapterAsync("tickets", version, seed: 40 + version));
        }

        // Which text belongs to which fingerprint: an answer must be one version's from beginning to end.
        var expected = versions.ToDictionary(
            alias => alias.AdapterId[..8],
            alias => GreedyReference.Chat(host.ModelFolder, host.AdapterFolder(alias), "who are you", Length));
        Assert.Equal(4, expected.Values.Distinct().Count());
        await host.DeployAsync(versions[0]);

        using var done = new CancellationTokenSource();
        var clients = Enumerable.Range(0, 6).Select(_ => AskUntilAsync(host, done.Token)).ToList();
        foreach (var alias in versions.Skip(1).Concat(versions).Concat(versions))
        {
            await host.DeployAsync(alias);
            // Who comes after the announcement gets the new one.
            var (status, body) = await host.PostAsync("/v1/chat/completions", Request("tickets"));
            Assert.Equal(HttpStatusCode.OK, status);
            Assert.Equal(expected[alias.AdapterId[..8]], Text(body));
        }

        await done.CancelAsync();
        var answers = (await Task.WhenAll(clients)).SelectMany(all => all).ToList();
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        Assert.All(answers, answer => Assert.Equal(expected[answer.Fingerprint.Split('_')[^1]], answer.Text));
    }

    [Fact]
    public async Task Stream_BegunBeforeAPromotion_EndsWithTheAdapterItBeganWith()
    {
        await using var host = await InferenceHost.StartAsync();
        var first = await host.WriteAdapterAsync("tickets", version: 1, seed: 51);
        var second = await host.WriteAdapterAsync("tickets", version: 2, seed: 52);
        await host.DeployAsync(first);
        var before = await host.Directory.ResolveAsync("tickets", Caller.Anyone, default);

        await host.DeployAsync(second);
        using var after = (await host.Directory.ResolveAsync("tickets", Caller.Anyone, default)).Adapter;

        Assert.Equal(second.AdapterId, after!.Adapter.AdapterId);
        Assert.Equal(first.AdapterId, before.Adapter!.Adapter.AdapterId);
        var request = EngineFixture.Request("still the first", 30, before.Adapter);
        before.Base.Engine.Submit(request);
        Assert.Equal(GreedyReference.Text(host.ModelFolder, host.AdapterFolder(first), "still the first", 30), await EngineFixture.TextAsync(request));
        Assert.True(before.Adapter.Adapter.Freed);
    }

    [Fact]
    public async Task Adapters_BeyondTheMemoryBound_ComeAndGo()
    {
        // One adapter of the tiny model takes some 18,000 bytes.
        await using var host = await InferenceHost.StartAsync(options => options.AdapterMemoryBytes = 40_000);
        var aliases = new List<AdapterAlias>();
        foreach (var project in (string[])["a", "b", "c", "d"])
        {
            aliases.Add(await host.WriteAdapterAsync(project, version: 1, seed: project[0]));
            await host.WriteAliasAsync(aliases[^1]);
        }

        await host.Directory.RefreshAsync(project: null, retryRefused: false, default);
        var shelf = host.Service<AdapterShelf>();
        for (var round = 0; round < 3; round++)
        {
            foreach (var alias in aliases)
            {
                var (status, body) = await host.PostAsync("/v1/chat/completions", Request(alias.Project));

                Assert.Equal(HttpStatusCode.OK, status);
                Assert.Equal(GreedyReference.Chat(host.ModelFolder, host.AdapterFolder(alias), "who are you", Length), Text(body));
                Assert.InRange(shelf.Bytes, 1, 40_000);
            }
        }
    }

    [Fact]
    public async Task Poll_WithoutAnyMessage_FindsAPromotionAndTellsOfIt()
    {
        await using var host = await InferenceHost.StartAsync(options => options.PollInterval = TimeSpan.FromSeconds(1));
        var alias = await host.WriteAdapterAsync("faq", version: 7, seed: 5);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));

        await host.WriteAliasAsync(alias);

        var deployed = await host.Deployed.ReadAsync(patience.Token);
        Assert.Equal(("faq", 7, Environment.MachineName), (deployed.Project, deployed.Version, deployed.Replica));
    }

    private static object Request(string model) =>
        new { model, messages = new[] { new { role = "user", content = "who are you" } }, temperature = 0, max_tokens = Length };

    private static string Text(JsonElement body) => body.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!;

    private static async Task<List<(HttpStatusCode Status, string Fingerprint, string Text)>> AskUntilAsync(InferenceHost host, CancellationToken done)
    {
        var answers = new List<(HttpStatusCode, string, string)>();
        do
        {
            var (status, body) = await host.PostAsync("/v1/chat/completions", Request("tickets"));
            answers.Add(status == HttpStatusCode.OK ? (status, body.GetProperty("system_fingerprint").GetString()!, Text(body)) : (status, "", body.ToString()));
        }
        while (!done.IsCancellationRequested);

        return answers;
    }
}
