using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.Control.Dashboard.Access;
using LoraMesh.Hosting.Access;
using LoraMesh.UnitTests.Hosting.Access;
using LoraMesh.UnitTests.Storage;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;

namespace LoraMesh.UnitTests.Control.Api;

/// <summary>Every endpoint of control but its pages × nobody, and each role by key and by token × own, another's and every project.</summary>
public sealed class AccessMatrixTests : IAsyncLifetime, IDisposable
{
    private const string AdminKey = "administrator-of-the-matrix";
    private static readonly string[] Refusals = ["invalid_api_key", "invalid_token", "role_missing", "project_not_covered", "run_not_found", "drop_not_found", "key_not_found"];

    private readonly Dictionary<string, string> _runs = [];
    private readonly TemporaryFolder _folder = new();
    private readonly TokenProvider _provider = new();
    private ApiHarness _control = null!;

    public async Task InitializeAsync()
    {
        _control = await ApiHarness.StartAsync(settings: new Dictionary<string, string?>(TokenProvider.Settings(_provider.Save(_folder.Path))) { ["Access:AdminKey"] = AdminKey });
        As(AdminKey);
        foreach (var project in new[] { "own", "other" })
        {
            _runs[project] = await _control.RunOfAsync(await _control.DropAsync(project, "a", "a"));
        }
    }

    public Task DisposeAsync() => _control.DisposeAsync().AsTask();

    public void Dispose()
    {
        _provider.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task EveryEndpoint_LetsInWhoMayAndNobodyElse()
    {
        var endpoints = _control.Endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<PageAccessAttribute>() is null && endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null).ToList();
        Assert.All(endpoints, endpoint => Assert.True(endpoint.Metadata.GetMetadata<NeedsRole>() is not null, $"{endpoint.RoutePattern.RawText} says nothing of roles"));
        Assert.True(endpoints.Count >= 15, $"only {endpoints.Count} endpoints");
        var wrong = new List<string>();
        var callers = await CallersAsync();
        foreach (var endpoint in endpoints)
        {
            foreach (var project in new[] { "own", "other" })
            {
                Note(wrong, endpoint, "nobody", project, "invalid_api_key", await AskAsync(endpoint, project, null));
                Note(wrong, endpoint, "a stranger", project, "invalid_api_key", await AskAsync(endpoint, project, "lm_0123456789ab_secret"));
                Note(wrong, endpoint, "a stranger with a token", project, "invalid_token", await AskAsync(endpoint, project, "a.b.c"));
                foreach (var (who, bearer, grants) in callers)
                {
                    Note(wrong, endpoint, who, project, Expected(endpoint, project, grants), await AskAsync(endpoint, project, bearer));
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public async Task Runs_OfOthers_AreNeitherListedNorTold()
    {
        As(await KeyAsync(AccessRoles.Viewer, ["own"]));

        Assert.All((await _control.GetAsync<RunList>("/api/v1/runs")).Data, run => Assert.Equal("own", run.Project));
        Assert.Empty((await _control.GetAsync<RunList>("/api/v1/runs?project=other")).Data);
        var missing = await ErrorAsync($"/api/v1/runs/run-000000000000");
        var others = await ErrorAsync($"/api/v1/runs/{_runs["other"]}");
        Assert.Equal(missing.Message.Replace("run-000000000000", "X", StringComparison.Ordinal), others.Message.Replace(_runs["other"], "X", StringComparison.Ordinal));
        Assert.Equal("drop_not_found", (await ErrorAsync("/api/v1/drops?key=other/a&etag=0")).Code);
    }

    [Fact]
    public async Task AdministratorOfAProject_MakesKeysForItAlone_AndSeesNoOthers()
    {
        var own = await KeyAsync(AccessRoles.Admin, ["own"]);
        var others = await KeyAsync(AccessRoles.Viewer, ["other"]);
        As(own);

        Assert.Equal("project_not_covered", (await _control.PostAsync<ErrorBody>("/api/v1/keys", new CreateKeyRequest { Name = "x", Projects = ["other"] }, 403)).Error.Code);
        Assert.Equal("project_not_covered", (await _control.PostAsync<ErrorBody>("/api/v1/keys", new CreateKeyRequest { Name = "x" }, 403)).Error.Code);
        Assert.Equal(["own"], (await _control.PostAsync<ApiKeyView>("/api/v1/keys", new CreateKeyRequest { Name = "x", Projects = ["own"] })).Projects);
        Assert.All((await _control.GetAsync<ApiKeyList>("/api/v1/keys")).Data, key => Assert.Equal(["own"], key.Projects));
        using var answer = await _control.Client.DeleteAsync(new Uri($"/api/v1/keys/{others.Split('_')[1]}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Theory]
    [InlineData("""{"role": "viewer"}""", "bad_name")]
    [InlineData("""{"name": "x", "role": "king"}""", "bad_role")]
    [InlineData("""{"name": "x", "days": 0}""", "bad_days")]
    [InlineData("""{"name": "x", "projects": ["a/b"]}""", "bad_projects")]
    public async Task Key_AskedForWrongly_IsRefusedWithTheField(string body, string code)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await _control.Client.PostAsync(new Uri("/api/v1/keys", UriKind.Relative), content);

        Assert.Equal(code, (await ApiHarness.ReadAsync<ErrorBody>(answer, 400)).Error.Code);
    }

    /// <summary>Each role by key and by token, for one project and for all; and tokens with different roles in different places.</summary>
    private async Task<List<(string Who, string Bearer, Grant[] Grants)>> CallersAsync()
    {
        var callers = new List<(string, string, Grant[])>();
        foreach (var role in AccessRoles.All)
        {
            callers.Add(($"a key, {role} of own", await KeyAsync(role, ["own"]), [new Grant(role, ["own"])]));
            callers.Add(($"a key, {role} of all", await KeyAsync(role, null), [new Grant(role, null)]));
            callers.Add(($"a token, {role} of own", _provider.Token([$"{role}-of-own"]), [new Grant(role, ["own"])]));
            callers.Add(($"a token, {role} of all", _provider.Token([role]), [new Grant(role, null)]));
        }

        callers.Add(("a token, operator of own and viewer of other", _provider.Token(["operator-of-own", "viewer-of-other"]), [new(AccessRoles.Operator, ["own"]), new(AccessRoles.Viewer, ["other"])]));
        callers.Add(("a token, admin of own and viewer of all", _provider.Token(["admin-of-own", "viewer"]), [new(AccessRoles.Admin, ["own"]), new(AccessRoles.Viewer, null)]));
        callers.Add(("a token without roles", _provider.Token(["someone"]), []));
        return callers;
    }

    /// <summary>The code of the refusal that is due, written down apart from the code that decides.</summary>
    private static string? Expected(RouteEndpoint endpoint, string project, Grant[] grants)
    {
        var needed = endpoint.Metadata.GetMetadata<NeedsRole>()!;
        var enough = grants.Where(grant => Rank(grant.Role) >= Rank(needed.Role)).ToList();
        var isOfProject = endpoint.RoutePattern.RawText!.Contains("{project}", StringComparison.Ordinal);
        var isOfRun = endpoint.RoutePattern.RawText.Contains("/runs/{id}", StringComparison.Ordinal);
        return enough.Count == 0 ? "role_missing"
            : needed.EveryProject ? (enough.Exists(grant => grant.Projects is null) ? null : "project_not_covered")
            : !(isOfProject || isOfRun) || enough.Exists(IsHere) ? null
            : Array.Exists(grants, IsHere) ? "role_missing"
            : isOfRun ? "run_not_found" : "project_not_covered";

        bool IsHere(Grant grant) => grant.Projects is null || grant.Projects.Contains(project);
    }

    private async Task<string> KeyAsync(string role, string[]? projects)
    {
        As(AdminKey);
        return (await _control.PostAsync<ApiKeyView>("/api/v1/keys", new CreateKeyRequest { Name = $"{role} of {projects?[0] ?? "all"}", Role = role, Projects = projects })).Key!;
    }

    private void As(string? key) => _control.Client.DefaultRequestHeaders.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);

    private async Task<ErrorView> ErrorAsync(string path)
    {
        using var answer = await _control.Client.GetAsync(new Uri(path, UriKind.Relative));
        return (await ApiHarness.ReadAsync<ErrorBody>(answer, 404)).Error;
    }

    /// <summary>The code of the refusal, or null where the request came through, whatever came of it then.</summary>
    private async Task<string?> AskAsync(RouteEndpoint endpoint, string project, string? key)
    {
        As(key);
        var path = endpoint.RoutePattern.RawText!.Replace("{project}", project, StringComparison.Ordinal).Replace("{**key}", "b", StringComparison.Ordinal)
            .Replace("{version:int}", "1", StringComparison.Ordinal).Replace("{key}", "stage", StringComparison.Ordinal).Replace("{alias}", "canary", StringComparison.Ordinal)
            .Replace("{id}", endpoint.RoutePattern.RawText.Contains("/runs/", StringComparison.Ordinal) ? _runs[project] : "0123456789abcdef", StringComparison.Ordinal);
        using var request = new HttpRequestMessage(new HttpMethod(endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods[0]), new Uri(path, UriKind.Relative));
        request.Content = request.Method == HttpMethod.Get ? null : JsonContent.Create(new { version = 99 });
        using var answer = await _control.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        if (answer.IsSuccessStatusCode)
        {
            return null;
        }

        var error = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("error");
        return Refusals.Contains(error.GetProperty("code").GetString()) && !IsMissingHere(endpoint, error) ? error.GetProperty("code").GetString() : null;
    }

    // No key and no drop of such a name exists for anyone.
    private static bool IsMissingHere(RouteEndpoint endpoint, JsonElement error) =>
        error.GetProperty("code").GetString() is "key_not_found" or "drop_not_found" && !endpoint.RoutePattern.RawText!.Contains("{project}", StringComparison.Ordinal);

    private static void Note(List<string> wrong, RouteEndpoint endpoint, string who, string project, string? expected, string? found)
    {
        if (expected != found)
        {
            wrong.Add($"{endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods[0]} {endpoint.RoutePattern.RawText} by {who} for '{project}': expected {expected ?? "to come through"}, found {found ?? "it came through"}");
        }
    }

    private static int Rank(string role) => Enumerable.Range(0, AccessRoles.All.Count).First(rank => AccessRoles.All[rank] == role);
}
