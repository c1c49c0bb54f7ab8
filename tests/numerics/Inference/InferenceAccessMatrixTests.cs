using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.Hosting.Access;
using LoraMesh.UnitTests.Hosting.Access;
using Microsoft.AspNetCore.Routing;

namespace LoraMesh.NumericsTests.Inference;

/// <summary>Every endpoint of inference × nobody, and each role by key and by token × own, another's and every project.</summary>
public sealed class InferenceAccessMatrixTests : IAsyncLifetime, IDisposable
{
    private static readonly string[] OfAModel = ["/v1/chat/completions", "/v1/completions", "/v1/load_lora_adapter", "/v1/unload_lora_adapter", "/v1/models/{**id}"];
    private static readonly string[] Refusals = ["invalid_api_key", "invalid_token", "role_missing", "project_not_covered", "model_not_found"];

    private readonly string _folder = Directory.CreateTempSubdirectory("loramesh-matrix-").FullName;
    private readonly TokenProvider _provider = new();
    private InferenceHost _host = null!;

    public async Task InitializeAsync()
    {
        _host = await InferenceHost.StartAsync(adminKey: "administrator-of-inference", settings: TokenProvider.Settings(_provider.Save(_folder)));
        await _host.DeployAsync(await _host.WriteAdapterAsync("own", version: 1, seed: 11));
        await _host.DeployAsync(await _host.WriteAdapterAsync("other", version: 1, seed: 12));
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    public void Dispose()
    {
        _provider.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task EveryEndpoint_LetsInWhoMayAndNobodyElse()
    {
        var endpoints = _host.Endpoints;
        Assert.True(endpoints.Count >= OfAModel.Length, $"only {endpoints.Count} endpoints");
        Assert.Empty(OfAModel.Except(endpoints.Select(endpoint => endpoint.RoutePattern.RawText!)));
        Assert.All(endpoints, endpoint => Assert.True(endpoint.Metadata.GetMetadata<NeedsRole>() is not null, $"{endpoint.RoutePattern.RawText} says nothing of roles"));
        var callers = await CallersAsync();
        var wrong = new List<string>();
        foreach (var endpoint in endpoints)
        {
            foreach (var project in new[] { "own", "other" })
            {
                foreach (var (who, bearer, expected) in new[] { ("nobody", null, "invalid_api_key"), ("a stranger", "lm_0123456789ab_secret", "invalid_api_key"), ("a stranger with a token", "a.b.c", "invalid_token") })
                {
                    Note(wrong, endpoint, who, project, expected, await AskAsync(endpoint, project, bearer));
                }

                foreach (var (who, bearer, role, isOfOwn) in callers)
                {
                    var needed = endpoint.Metadata.GetMetadata<NeedsRole>()!;
                    var expected = Rank(role) < Rank(needed.Role) ? "role_missing"
                        : isOfOwn && needed.EveryProject ? "project_not_covered"
                        : isOfOwn && project == "other" && OfAModel.Contains(endpoint.RoutePattern.RawText) ? "model_not_found" : null;
                    Note(wrong, endpoint, who, project, expected, await AskAsync(endpoint, project, bearer));
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private async Task<List<(string Who, string Bearer, string Role, bool IsOfOwn)>> CallersAsync()
    {
        var callers = new List<(string, string, string, bool)>();
        foreach (var role in AccessRoles.All)
        {
            var keys = _host.Service<ApiKeys>();
            callers.Add(($"a key, {role} of own", (await keys.CreateAsync("k", role, ["own"], null, "test", default)).Key, role, true));
            callers.Add(($"a key, {role} of all", (await keys.CreateAsync("k", role, null, null, "test", default)).Key, role, false));
            callers.Add(($"a token, {role} of own", _provider.Token([$"{role}-of-own"]), role, true));
            callers.Add(($"a token, {role} of all", _provider.Token([role]), role, false));
        }

        return callers;
    }

    /// <summary>The code of the refusal, or null where the request came through, whatever came of it then.</summary>
    private async Task<string?> AskAsync(RouteEndpoint endpoint, string project, string? bearer)
    {
        var path = endpoint.RoutePattern.RawText!.Replace("{**id}", project, StringComparison.Ordinal).Replace("{id}", "none", StringComparison.Ordinal);
        using var request = new HttpRequestMessage(new HttpMethod(endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods[0]), new Uri(path, UriKind.Relative));
        request.Content = request.Method == HttpMethod.Post ? JsonContent.Create(new { model = project, lora_name = project, prompt = new[] { 1, 2 }, messages = new[] { new { role = "user", content = "a" } }, max_tokens = 1 }) : null;
        request.Headers.Authorization = bearer is null ? null : new AuthenticationHeaderValue("Bearer", bearer);
        using var answer = await _host.Client.SendAsync(request);
        if (answer.IsSuccessStatusCode)
        {
            return null;
        }

        var code = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("error").GetProperty("code").GetString();
        return Refusals.Contains(code) ? code : null;
    }

    private static void Note(List<string> wrong, RouteEndpoint endpoint, string who, string project, string? expected, string? found)
    {
        if (expected != found)
        {
            wrong.Add($"{endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods[0]} {endpoint.RoutePattern.RawText} by {who} for '{project}': expected {expected ?? "to come through"}, found {found ?? "it came through"}");
        }
    }

    private static int Rank(string role) => Enumerable.Range(0, AccessRoles.All.Count).First(rank => AccessRoles.All[rank] == role);
}
