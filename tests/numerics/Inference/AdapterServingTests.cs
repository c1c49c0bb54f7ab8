using System.Net;
using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.Storage;

namespace LoraMesh.NumericsTests.Inference;

public sealed class AdapterServingTests : IAsyncLifetime
{
    private const int Length = 20;

    private InferenceHost _host = null!;

    public async Task InitializeAsync() => _host = await InferenceHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Promotion_OfAFirstAdapter_MakesTheProjectAModel()
    {
        var alias = await _host.WriteAdapterAsync("tickets", version: 1, seed: 11);

        await _host.DeployAsync(alias);

        Assert.Equal(Expected(alias), await AskAsync("tickets"));
        Assert.Equal(Expected(alias), await AskAsync("tickets@1"));
        Assert.Equal(Expected(null), await AskAsync("tiny"));
        Assert.NotEqual(Expected(alias), Expected(null));
        var models = await ModelsAsync();
        Assert.Equal(["tiny", "tickets", "tickets@1"], models.Select(model => model.GetProperty("id").GetString()));
        Assert.Equal("tickets@1", models[1].GetProperty("root").GetString());
        Assert.Equal("tiny", models[1].GetProperty("parent").GetString());
        Assert.Equal(256, models[1].GetProperty("max_model_len").GetInt32());
        Assert.Equal("tiny", models[0].GetProperty("root").GetString());
    }

    [Fact]
    public async Task Promotion_OfASecondVersion_ServesBothAndARollbackGoesBack()
    {
        var first = await _host.WriteAdapterAsync("tickets", version: 1, seed: 11);
        var second = await _host.WriteAdapterAsync("tickets", version: 2, seed: 12);
        await _host.DeployAsync(first);

        await _host.WriteAliasAsync(first, "previous");
        await _host.DeployAsync(second);
        Assert.Equal(Expected(second), await AskAsync("tickets"));
        Assert.Equal(Expected(first), await AskAsync("tickets@1"));
        Assert.Equal(Expected(second), await AskAsync("tickets@2"));

        await _host.WriteAliasAsync(second, "previous");
        await _host.DeployAsync(first);
        Assert.Equal(Expected(first), await AskAsync("tickets"));
        Assert.Equal(Expected(second), await AskAsync("tickets@2"));
    }

    [Fact]
    public async Task Aliases_WithoutAMessage_AreFollowedAtTheNextLook()
    {
        var alias = await _host.WriteAdapterAsync("faq", version: 3, seed: 5);
        await _host.WriteAliasAsync(alias);

        var deployed = await _host.Directory.RefreshAsync(project: null, retryRefused: false, default);

        Assert.Equal(alias, Assert.Single(deployed));
        Assert.Equal(Expected(alias), await AskAsync("faq"));

        await _host.Store.DeleteAsync(Buckets.Adapters, "faq/aliases/champion.json");
        await _host.Directory.RefreshAsync(project: null, retryRefused: false, default);
        var (status, _) = await _host.PostAsync("/v1/chat/completions", Request("faq"));
        Assert.Equal(HttpStatusCode.NotFound, status);
    }

    public static TheoryData<string, Func<AdapterManifest, AdapterManifest>> Damages => new()
    {
        { "other base", manifest => manifest with { Model = manifest.Model with { Digest = new string('0', 64) } } },
        { "base that is gone", manifest => manifest with { Model = manifest.Model with { Name = "gone", Digest = new string('0', 64) } } },
        { "other template", manifest => manifest with { ChatTemplateSha256 = new string('0', 64) } },
        { "other hash", manifest => manifest with { Files = [manifest.Files[0], manifest.Files[1] with { Sha256 = new string('0', 64) }] } },
        { "file missing", manifest => manifest with { Files = [manifest.Files[0]] } },
        { "other project", manifest => manifest with { Project = "stranger" } },
        { "other id", manifest => manifest with { AdapterId = new string('1', 64) } },
        { "file of another bucket", manifest => manifest with { Files = [manifest.Files[0], manifest.Files[1] with { Bucket = Buckets.Runs }] } },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task Promotion_OfABadAdapter_LeavesTheOldOneInPlace(string damage, Func<AdapterManifest, AdapterManifest> change)
    {
        var good = await _host.WriteAdapterAsync("tickets", version: 1, seed: 11);
        await _host.DeployAsync(good);
        var bad = await _host.WriteAdapterAsync("tickets", version: 2, seed: 12, change);

        await _host.WriteAliasAsync(bad);
        var deployed = await _host.Directory.RefreshAsync("tickets", retryRefused: false, default);

        Assert.True(deployed.Count == 0, damage);
        Assert.Equal(Expected(good), await AskAsync("tickets"));
        Assert.Equal(["tiny", "tickets", "tickets@1"], (await ModelsAsync()).Select(model => model.GetProperty("id").GetString()));
    }

    [Fact]
    public async Task Promotion_OfAnAdapterWithNumbersThatAreNone_IsRefused()
    {
        var bad = await _host.WriteAdapterAsync("tickets", version: 1, seed: 11, size: float.NaN);

        await _host.WriteAliasAsync(bad);

        Assert.Empty(await _host.Directory.RefreshAsync("tickets", retryRefused: false, default));
        var (status, _) = await _host.PostAsync("/v1/chat/completions", Request("tickets"));
        Assert.Equal(HttpStatusCode.NotFound, status);
    }

    // The manifest names the damaged bytes, so that only reading them shows the damage.
    [Fact]
    public async Task Promotion_OfRandomlyDamagedFiles_IsServedOrRefusedAndNeverBreaksTheService()
    {
        var random = new Random(17);
        var good = await _host.WriteAdapterAsync("tickets", version: 1, seed: 11);
        await _host.DeployAsync(good);
        var refused = 0;
        for (var version = 2; version < 80; version++)
        {
            var file = random.Next(3) == 0 ? "adapter_config.json" : "adapter_model.safetensors";
            var bad = await _host.WriteAdapterAsync("tickets", version, seed: 11, damage: folder => Damage(Path.Combine(folder, file), random));
            await _host.WriteAliasAsync(bad);

            refused += (await _host.Directory.RefreshAsync("tickets", retryRefused: false, default)).Count == 0 ? 1 : 0;
        }

        Assert.InRange(refused, 30, 78);
        await _host.DeployAsync(good);
        Assert.Equal(Expected(good), await AskAsync("tickets"));
    }

    private static void Damage(string path, Random random)
    {
        var bytes = File.ReadAllBytes(path).ToList();
        switch (random.Next(4))
        {
            case 0:
                bytes.RemoveRange(random.Next(bytes.Count), 1);
                break;
            case 1:
                bytes = [.. bytes.Take(random.Next(bytes.Count))];
                break;
            case 2:
                bytes[random.Next(Math.Min(bytes.Count, 600))] = (byte)random.Next(256);
                break;
            default:
                bytes.InsertRange(random.Next(Math.Min(bytes.Count, 600)), [(byte)random.Next(256), (byte)random.Next(256)]);
                break;
        }

        File.WriteAllBytes(path, [.. bytes]);
    }

    [Fact]
    public async Task Alias_ThatIsNoAlias_IsPassedOver()
    {
        var good = await _host.WriteAdapterAsync("tickets", version: 1, seed: 11);
        await _host.WriteAliasAsync(good);
        await _host.Store.PutAsync(Buckets.Adapters, "broken/aliases/champion.json", new MemoryStream("{ nonsense"u8.ToArray()));
        await _host.Store.PutJsonAsync(Buckets.Adapters, "thief/aliases/champion.json", good);

        await _host.Directory.RefreshAsync(project: null, retryRefused: false, default);

        Assert.Equal(["tiny", "tickets", "tickets@1"], (await ModelsAsync()).Select(model => model.GetProperty("id").GetString()));
    }

    [Fact]
    public async Task Adapter_OfABaseThatComesLater_IsServedOnceItIsThere()
    {
        var folder = Path.Combine(Path.GetDirectoryName(_host.ModelFolder)!, "late");
        TinyModel.Write(folder, seed: 2);
        var late = await _host.Service<ModelCatalog>().FindAsync("late");
        var early = await _host.WriteAdapterAsync("tickets", version: 1, seed: 11, manifest => manifest with { Model = late! });
        var expected = GreedyReference.Chat(folder, _host.AdapterFolder(early), "who are you", Length);
        Directory.Delete(folder, recursive: true);
        await _host.WriteAliasAsync(early);
        Assert.Empty(await _host.Directory.RefreshAsync("tickets", retryRefused: false, default));

        TinyModel.Write(folder, seed: 2);

        Assert.Empty(await _host.Directory.RefreshAsync("tickets", retryRefused: false, default));
        Assert.Single(await _host.Directory.RefreshAsync("tickets", retryRefused: true, default));
        Assert.Equal(expected, await AskAsync("tickets"));
    }

    [Fact]
    public async Task Models_AskedForOne_GiveItOr404()
    {
        using var found = await _host.Client.GetAsync(new Uri("/v1/models/tiny", UriKind.Relative));
        using var missing = await _host.Client.GetAsync(new Uri("/v1/models/a/b", UriKind.Relative));

        Assert.Equal(HttpStatusCode.OK, found.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        Assert.Contains("model_not_found", await missing.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static object Request(string model) =>
        new { model, messages = new[] { new { role = "user", content = "who are you" } }, temperature = 0, max_tokens = Length };

    private string Expected(AdapterAlias? alias) =>
        GreedyReference.Chat(_host.ModelFolder, alias is null ? null : _host.AdapterFolder(alias), "who are you", Length);

    private async Task<string> AskAsync(string model)
    {
        var (status, body) = await _host.PostAsync("/v1/chat/completions", Request(model));
        Assert.True(status == HttpStatusCode.OK, body.ToString());
        return body.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!;
    }

    private async Task<List<JsonElement>> ModelsAsync()
    {
        using var document = JsonDocument.Parse(await _host.Client.GetStringAsync(new Uri("/v1/models", UriKind.Relative)));
        return [.. document.RootElement.GetProperty("data").EnumerateArray().Select(model => model.Clone())];
    }
}
