using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.Hosting.Access;
using LoraMesh.UnitTests.Hosting.Access;

namespace LoraMesh.NumericsTests.Inference;

/// <summary>Tenants by their keys: each asks its own adapters and the base, and learns nothing of another's.</summary>
public sealed class AccessTests : IAsyncLifetime, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("loramesh-access-").FullName;
    private readonly TokenProvider _provider = new();
    private InferenceHost _host = null!;
    private string _key = "";

    public async Task InitializeAsync()
    {
        _host = await InferenceHost.StartAsync(adminKey: "administrator-of-inference", settings: TokenProvider.Settings(_provider.Save(_folder)));
        await _host.DeployAsync(await _host.WriteAdapterAsync("mine", version: 1, seed: 11));
        await _host.DeployAsync(await _host.WriteAdapterAsync("theirs", version: 1, seed: 12));
        (_, _key) = await _host.Service<ApiKeys>().CreateAsync("tenant", AccessRoles.Viewer, ["mine"], null, "test", default);
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    public void Dispose()
    {
        _provider.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("sk-anything")]
    [InlineData("lm_0123456789ab_secret")]
    public async Task Request_WithoutAKey_IsRefusedAsOpenAiDoes(string? key)
    {
        using var answer = await AskAsync("tiny", key);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.Single().Scheme);
        Assert.Equal("invalid_api_key", (await ErrorAsync(answer)).GetProperty("code").GetString());
        using var list = await _host.Client.GetAsync(new Uri("/v1/models", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Unauthorized, list.StatusCode);
    }

    [Fact]
    public async Task Tenant_AsksItsOwnAdapterAndTheBase()
    {
        foreach (var model in new[] { "mine", "mine@1", "tiny" })
        {
            using var answer = await AskAsync(model, _key);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Token_AsksTheAdaptersOfItsProjects_AndLoadsThoseThatItOperates()
    {
        var viewer = _provider.Token(["viewer-of-mine"]);
        foreach (var (model, status) in new[] { ("mine", HttpStatusCode.OK), ("tiny", HttpStatusCode.OK), ("theirs", HttpStatusCode.NotFound) })
        {
            using var answer = await AskAsync(model, viewer);
            Assert.Equal(status, answer.StatusCode);
        }

        foreach (var (token, status) in new[]
        {
            (viewer, HttpStatusCode.Forbidden),
            (_provider.Token(["viewer-of-mine", "operator-of-theirs"]), HttpStatusCode.NotFound),
            (_provider.Token(["operator-of-mine"]), HttpStatusCode.OK),
            (_provider.Token(["operator-of-mine"], token => token.Audience = "payroll"), HttpStatusCode.Unauthorized),
        })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/v1/load_lora_adapter", UriKind.Relative)) { Content = JsonContent.Create(new { lora_name = "mine" }) };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using var answer = await _host.Client.SendAsync(request);
            Assert.Equal(status, answer.StatusCode);
        }
    }

    [Fact]
    public async Task AnothersAdapter_IsAsOneThatDoesNotExist()
    {
        foreach (var (theirs, missing) in new[] { ("theirs", "nobody"), ("theirs@1", "nobody@1") })
        {
            using var others = await AskAsync(theirs, _key);
            using var none = await AskAsync(missing, _key);

            Assert.Equal(HttpStatusCode.NotFound, others.StatusCode);
            Assert.Equal((await none.Content.ReadAsStringAsync()).Replace(missing, theirs, StringComparison.Ordinal), await others.Content.ReadAsStringAsync());
        }

        _host.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _key);
        var listed = JsonDocument.Parse(await _host.Client.GetStringAsync(new Uri("/v1/models", UriKind.Relative))).RootElement.GetProperty("data");
        Assert.Equal(["tiny", "mine", "mine@1"], listed.EnumerateArray().Select(model => model.GetProperty("id").GetString()));
        using var one = await _host.Client.GetAsync(new Uri("/v1/models/theirs", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, one.StatusCode);
    }

    private async Task<HttpResponseMessage> AskAsync(string model, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/v1/completions", UriKind.Relative)) { Content = JsonContent.Create(new { model, prompt = new[] { 1, 2, 3 }, max_tokens = 2 }) };
        request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        return await _host.Client.SendAsync(request);
    }

    private static async Task<JsonElement> ErrorAsync(HttpResponseMessage answer) =>
        JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("error");
}
