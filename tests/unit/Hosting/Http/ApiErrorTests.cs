using System.Net;
using System.Text;
using System.Text.Json;
using LoraMesh.Hosting;
using LoraMesh.Hosting.Access;
using LoraMesh.Hosting.Health;
using LoraMesh.Hosting.Http;
using LoraMesh.UnitTests.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace LoraMesh.UnitTests.Hosting.Http;

public sealed class ApiErrorTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private WebApplication _app = null!;
    private HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Storage:Folder"] = _folder.Path, ["Storage:WatchInbox"] = "false" });
        builder.AddLoraMeshHosting();
        _app = builder.Build();
        _app.UseLoraMeshErrors();
        _app.UseLoraMeshAccess();
        _app.MapLoraMeshHealth();
        _app.MapGet("/fault", string () => throw new InvalidOperationException("secret detail"));
        _app.MapGet("/missing-run", () => ApiError.NotFound("There is no run 'run-1'.", "id", "run_not_found"));
        _app.MapPost("/echo", (Body body) => Results.Json(body));
        await _app.StartAsync();
        _client = new HttpClient { BaseAddress = new Uri(_app.Urls.Single()) };
    }

    public Task DisposeAsync() => _app.DisposeAsync().AsTask();

    public void Dispose()
    {
        _client.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Result_HasTheOneShape_NullsIncluded()
    {
        var answer = await _client.GetAsync("/missing-run");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("""{"error":{"message":"There is no run 'run-1'.","type":"not_found_error","param":"id","code":"run_not_found"}}""", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task UnhandledException_Is500WithoutDetails()
    {
        var answer = await _client.GetAsync("/fault");

        var body = await answer.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Contains("\"type\":\"server_error\"", body, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"internal_error\"", body, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", body, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/nowhere", HttpStatusCode.NotFound, "There is nothing at /nowhere.", "not_found_error")]
    [InlineData("DELETE", "/fault", HttpStatusCode.MethodNotAllowed, "DELETE is not possible at /fault; allowed: GET.", "invalid_request_error")]
    public async Task EmptyAnswerOfTheServer_GetsTheOneShape(string method, string path, HttpStatusCode status, string message, string type)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        var answer = await _client.SendAsync(request);

        var error = await ErrorAsync(answer);
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(message, error.GetProperty("message").GetString());
        Assert.Equal(type, error.GetProperty("type").GetString());
    }

    [Theory]
    [InlineData("{", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("{}", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("{\"row_count\": \"x\"}", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("x", "text/plain", HttpStatusCode.UnsupportedMediaType)]
    public async Task BadBody_IsRefusedInTheOneShape(string body, string type, HttpStatusCode status)
    {
        using var content = new StringContent(body, Encoding.UTF8, type);
        var answer = await _client.PostAsync("/echo", content);

        var error = await ErrorAsync(answer);
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("invalid_request_error", error.GetProperty("type").GetString());
        Assert.NotEmpty(error.GetProperty("message").GetString()!);
    }

    [Fact]
    public async Task Bodies_AreSnakeCaseBothWays()
    {
        using var content = new StringContent("{\"row_count\": 3}", Encoding.UTF8, "application/json");
        var answer = await _client.PostAsync("/echo", content);

        Assert.Equal("{\"row_count\":3}", await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData(400, "invalid_request_error")]
    [InlineData(401, "authentication_error")]
    [InlineData(403, "permission_error")]
    [InlineData(404, "not_found_error")]
    [InlineData(409, "conflict_error")]
    [InlineData(413, "invalid_request_error")]
    [InlineData(429, "rate_limit_error")]
    [InlineData(500, "server_error")]
    [InlineData(503, "unavailable_error")]
    public void Type_FollowsFromStatus(int status, string type) => Assert.Equal(type, ApiError.TypeOf(status));

    [Fact]
    public async Task Live_IsAlways200() => Assert.Equal("{\"status\":\"healthy\",\"checks\":{}}", await _client.GetStringAsync("/health/live"));

    [Fact]
    public async Task Ready_NamesBusAndStore()
    {
        using var health = JsonDocument.Parse(await _client.GetStringAsync("/health/ready"));

        Assert.Equal("healthy", health.RootElement.GetProperty("status").GetString());
        Assert.Equal(["blob-store", "masstransit-bus"], health.RootElement.GetProperty("checks").EnumerateObject().Select(check => check.Name));
    }

    [Fact]
    public async Task Ready_WithoutStore_Is503AndSaysWhy()
    {
        Directory.Delete(_folder.Of("lm-runs"), recursive: true);
        await File.WriteAllTextAsync(_folder.Of("lm-runs"), "in the way");

        var answer = await _client.GetAsync("/health/ready");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("The blob store does not answer", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static async Task<JsonElement> ErrorAsync(HttpResponseMessage answer)
    {
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return json.RootElement.GetProperty("error").Clone();
    }

    private sealed record Body
    {
        public required int RowCount { get; init; }
    }
}
