using System.Net;
using System.Text.RegularExpressions;
using LoraMesh.Contracts;
using LoraMesh.Control.Dashboard.Access;
using LoraMesh.Hosting.Access;
using LoraMesh.UnitTests.Control.Api;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;

namespace LoraMesh.UnitTests.Control.Dashboard;

/// <summary>Every page × nobody, each role × own, another's and every project; and how sessions begin and end.</summary>
public sealed partial class PageAccessTests : IAsyncLifetime
{
    private const string AdminKey = "administrator-of-the-pages";

    private readonly Dictionary<string, string> _runs = [];
    private ApiHarness _control = null!;

    public async Task InitializeAsync()
    {
        _control = await ApiHarness.StartAsync(settings: new Dictionary<string, string?> { ["Access:Mode"] = "keys", ["Access:AdminKey"] = AdminKey, ["Access:CacheTime"] = "00:00:00" });
        _control.Client.DefaultRequestHeaders.Authorization = new("Bearer", AdminKey);
        foreach (var project in new[] { "own", "other" })
        {
            _runs[project] = await _control.RunOfAsync(await _control.DropAsync(project, "a", "a"));
        }
    }

    public Task DisposeAsync() => _control.DisposeAsync().AsTask();

    [Fact]
    public async Task EveryPage_LetsInWhoMayAndNobodyElse()
    {
        var pages = _control.Endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<PageAccessAttribute>() is not null && !IsTransport(endpoint)).ToList();
        Assert.True(pages.Count >= 8, $"only {pages.Count} pages");
        var wrong = new List<string>();
        foreach (var role in AccessRoles.All)
        {
            foreach (var own in new[] { false, true })
            {
                using var browser = await SignInAsync(await KeyAsync(role, own ? ["own"] : null));
                foreach (var page in pages)
                {
                    foreach (var project in new[] { "own", "other" })
                    {
                        var needed = page.Metadata.GetMetadata<PageAccessAttribute>()!;
                        var isRefused = Rank(role) < Rank(needed.Role) || (own && needed.EveryProject) || (own && project == "other" && page.RoutePattern.RawText!.Contains("{Project}", StringComparison.Ordinal));
                        using var answer = await browser.GetAsync(new Uri(PathOf(page, project), UriKind.Relative));
                        if (answer.StatusCode != (isRefused ? HttpStatusCode.Forbidden : HttpStatusCode.OK))
                        {
                            wrong.Add($"{page.RoutePattern.RawText} by {role} of {(own ? "own" : "all")} for '{project}': {(int)answer.StatusCode}, expected {(isRefused ? 403 : 200)}");
                        }
                    }
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public async Task Pages_WithoutSession_SendToSignIn_AndCircuitsAreRefused()
    {
        using var browser = Browser();
        var endpoints = _control.Endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<NeedsRole>() is null && endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null).ToList();
        Assert.Contains(endpoints, IsTransport);
        foreach (var endpoint in endpoints)
        {
            Assert.NotNull(endpoint.Metadata.GetMetadata<PageAccessAttribute>());
            var isPost = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods is ["POST", ..];
            using var request = new HttpRequestMessage(isPost ? HttpMethod.Post : HttpMethod.Get, PathOf(endpoint, "own"));
            using var answer = await browser.SendAsync(request);

            Assert.Equal(IsTransport(endpoint) ? HttpStatusCode.Unauthorized : HttpStatusCode.Redirect, answer.StatusCode);
            Assert.True(IsTransport(endpoint) || answer.Headers.Location!.ToString().StartsWith("/sign-in", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Run_OfAnotherProject_IsAsOneThatDoesNotExist()
    {
        using var browser = await SignInAsync(await KeyAsync(AccessRoles.Viewer, ["own"]));

        Assert.Contains("There is no run", await browser.GetStringAsync(new Uri($"/runs/{_runs["other"]}", UriKind.Relative)), StringComparison.Ordinal);
        Assert.DoesNotContain(_runs["other"], await browser.GetStringAsync(new Uri("/runs", UriKind.Relative)), StringComparison.Ordinal);
        Assert.DoesNotContain("There is no run", await browser.GetStringAsync(new Uri($"/runs/{_runs["own"]}", UriKind.Relative)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Session_IsACookieThatScriptsAndOtherSitesNeverSee_AndEndsWithItsKey()
    {
        var key = await KeyAsync(AccessRoles.Viewer, null);
        using var browser = await SignInAsync(key, cookie =>
        {
            Assert.StartsWith("loramesh-session=", cookie, StringComparison.Ordinal);
            Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(key.Split('_')[2], cookie, StringComparison.Ordinal);
        });
        using var before = await browser.GetAsync(new Uri("/", UriKind.Relative));
        using var api = await browser.GetAsync(new Uri("/api/v1/runs", UriKind.Relative));

        using var revoked = await _control.Client.DeleteAsync(new Uri($"/api/v1/keys/{key.Split('_')[1]}", UriKind.Relative));
        using var after = await browser.GetAsync(new Uri("/", UriKind.Relative));

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized, HttpStatusCode.Redirect), (before.StatusCode, api.StatusCode, after.StatusCode));
    }

    [Fact]
    public async Task SignIn_WithAWrongKey_OrWithoutItsToken_IsRefused()
    {
        using var browser = Browser();
        var form = await FormAsync(browser, "/sign-in");
        using var wrong = await browser.PostAsync(new Uri("/sign-in", UriKind.Relative), new FormUrlEncodedContent([.. form, new("Key", "lm_0123456789ab_secret")]));
        using var forged = await browser.PostAsync(new Uri("/sign-in", UriKind.Relative), new FormUrlEncodedContent([new("_handler", "sign-in"), new("Key", AdminKey)]));
        using var signedOut = await browser.PostAsync(new Uri("/sign-out", UriKind.Relative), new FormUrlEncodedContent([]));

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.BadRequest, HttpStatusCode.BadRequest), (wrong.StatusCode, forged.StatusCode, signedOut.StatusCode));
        Assert.False(wrong.Headers.Contains("Set-Cookie") && wrong.Headers.GetValues("Set-Cookie").Any(cookie => cookie.StartsWith("loramesh-session", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("/sign-in?then=%2Fruns%3Fstate%3Dfailed", "/runs?state=failed")]
    [InlineData("/sign-in?then=%2F%2Fevil.example", "/")]
    [InlineData("/sign-in?then=%2F%5Cevil.example", "/")]
    [InlineData("/sign-in?then=https%3A%2F%2Fevil.example", "/")]
    public async Task SignIn_GoesOnWithinThisSiteOnly(string address, string expected)
    {
        using var browser = Browser();
        var form = await FormAsync(browser, address);
        using var answer = await browser.PostAsync(new Uri(address, UriKind.Relative), new FormUrlEncodedContent([.. form, new("Key", AdminKey)]));

        Assert.Equal((HttpStatusCode.Redirect, expected), (answer.StatusCode, answer.Headers.Location!.ToString()));
    }

    [Fact]
    public async Task Answers_CarryHeadersThatForbidWhatPagesDoNotNeed()
    {
        using var browser = await SignInAsync(AdminKey);
        using var page = await browser.GetAsync(new Uri("/", UriKind.Relative));
        var policy = string.Join("; ", page.Headers.GetValues("Content-Security-Policy"));
        var html = await page.Content.ReadAsStringAsync();

        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe-eval", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", page.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("DENY", page.Headers.GetValues("X-Frame-Options").Single());
        Assert.All(Script().Matches(html), script => Assert.Contains("src=\"assets/", script.Value, StringComparison.Ordinal));
        Assert.DoesNotMatch("""(src|href)="(https?:)?//""", html);
        foreach (Match asset in Asset().Matches(html))
        {
            using var answer = await browser.GetAsync(new Uri("/" + asset.Groups[1].Value, UriKind.Relative));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Contains(answer.Headers.CacheControl!.Extensions, extension => extension.Name == "immutable");
        }
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site", 403)]
    [InlineData("Origin", "https://evil.example", 403)]
    [InlineData("Origin", "null", 403)]
    [InlineData("Sec-Fetch-Site", "same-origin", 404)]
    public async Task Changes_ThatAnotherSiteMakesABrowserAskFor_AreRefused(string header, string value, int expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/runs/run-000000000000/cancel");
        request.Headers.Add(header, value);
        using var answer = await _control.Client.SendAsync(request);

        Assert.Equal(expected, (int)answer.StatusCode);
    }

    [Fact]
    public async Task Circuit_ThatAnotherSiteMakesABrowserOpen_IsRefusedWhereAccessIsOpenToo()
    {
        await using var open = await ApiHarness.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/_blazor");
        request.Headers.Add("Origin", "https://evil.example");
        request.Headers.Add("Connection", "Upgrade");
        request.Headers.Add("Upgrade", "websocket");
        using var answer = await open.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Theory]
    [InlineData("/nowhere", "text/html", "text/html")]
    [InlineData("/nowhere", "*/*", "application/json")]
    [InlineData("/api/v1/nowhere", "text/html", "application/json")]
    public async Task Nothing_IsToldPeopleInAPage_AndProgramsInJson(string path, string accepted, string type)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Accept", accepted);
        using var answer = await _control.Client.SendAsync(request);

        Assert.Equal((HttpStatusCode.NotFound, type), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
    }

    private static bool IsTransport(RouteEndpoint endpoint) => endpoint.RoutePattern.RawText!.TrimStart('/').StartsWith('_');

    private static int Rank(string role) => Enumerable.Range(0, AccessRoles.All.Count).First(rank => AccessRoles.All[rank] == role);

    private string PathOf(RouteEndpoint page, string project) => "/" + page.RoutePattern.RawText!.TrimStart('/').Replace("{Project}", project, StringComparison.Ordinal)
        .Replace("{Version:int}", "1", StringComparison.Ordinal).Replace("{Id}", _runs[project], StringComparison.Ordinal);

    private async Task<string> KeyAsync(string role, string[]? projects) =>
        (await _control.PostAsync<ApiKeyView>("/api/v1/keys", new CreateKeyRequest { Name = $"{role} of {projects?[0] ?? "all"}", Role = role, Projects = projects })).Key!;

    private HttpClient Browser() => new(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = _control.Client.BaseAddress };

    private async Task<HttpClient> SignInAsync(string key, Action<string>? look = null)
    {
        var browser = Browser();
        var form = await FormAsync(browser, "/sign-in");
        using var answer = await browser.PostAsync(new Uri("/sign-in", UriKind.Relative), new FormUrlEncodedContent([.. form, new("Key", key)]));
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        look?.Invoke(answer.Headers.GetValues("Set-Cookie").Single(cookie => cookie.StartsWith("loramesh-session", StringComparison.Ordinal)));
        return browser;
    }

    private static async Task<List<KeyValuePair<string, string>>> FormAsync(HttpClient browser, string address) =>
        [.. Hidden().Matches(await browser.GetStringAsync(new Uri(address, UriKind.Relative))).Select(field => new KeyValuePair<string, string>(field.Groups[1].Value, WebUtility.HtmlDecode(field.Groups[2].Value)))];

    [GeneratedRegex("<input type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]*)\"")]
    private static partial Regex Hidden();

    [GeneratedRegex("<script[^>]*>")]
    private static partial Regex Script();

    [GeneratedRegex("(?:src|href)=\"(assets/[^\"]+)\"")]
    private static partial Regex Asset();
}
