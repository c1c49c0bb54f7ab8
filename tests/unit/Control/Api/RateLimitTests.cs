using System.Net;
using System.Net.Http.Headers;
using LoraMesh.Contracts;
using LoraMesh.Control.Api;
using LoraMesh.Storage;
using LoraMesh.UnitTests.Hosting.Jobs;
using LoraMesh.UnitTests.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace LoraMesh.UnitTests.Control.Api;

/// <summary>Who asks for too much is told when to try again, and nobody else is held up.</summary>
public sealed class RateLimitTests : IDisposable
{
    private const string AdminKey = "administrator-of-the-limits";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Caller_WhoAsksForTooMuch_WaitsAlone_AndHealthAndMetricsGoOn()
    {
        await using var control = await ApiHarness.StartAsync(settings: new Dictionary<string, string?>
        {
            ["Access:Mode"] = "keys", ["Access:AdminKey"] = AdminKey, ["Control:RequestsPerSecond"] = "1", ["Control:RequestBurst"] = "5",
        });
        As(control, AdminKey);
        var key = (await control.PostAsync<ApiKeyView>("/api/v1/keys", new CreateKeyRequest { Name = "busy" })).Key!;

        As(control, key);
        var answers = new List<HttpStatusCode>();
        for (var asked = 0; asked < 20; asked++)
        {
            using var answer = await control.Client.GetAsync(new Uri("/api/v1/runs", UriKind.Relative));
            answers.Add(answer.StatusCode);
            if (answer.StatusCode == HttpStatusCode.TooManyRequests)
            {
                Assert.Equal("too_many_requests", (await ApiHarness.ReadAsync<ErrorBody>(answer, 429)).Error.Code);
                Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 5);
            }
        }

        Assert.All(answers[..5], status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.Contains(HttpStatusCode.TooManyRequests, answers);
        As(control, AdminKey);
        foreach (var path in new[] { "/api/v1/runs", "/metrics", "/metrics", "/metrics", "/metrics", "/metrics", "/metrics", "/health/live", "/health/live" })
        {
            using var answer = await control.Client.GetAsync(new Uri(path, UriKind.Relative));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Uploads_BeyondThoseAtOnce_AreRefused_UntilOneIsDone()
    {
        var (entered, gate) = (new TaskCompletionSource(), new TaskCompletionSource());
        var store = new ObservedStore(new FolderBlobStore(_folder.Path))
        {
            Writing = key =>
            {
                entered.TrySetResult();
                return key == "faq/1" ? gate.Task : Task.CompletedTask;
            },
        };
        await using var control = await ApiHarness.StartAsync(
            settings: new Dictionary<string, string?> { ["Control:UploadsAtOnce"] = "1", ["Control:UploadsWaiting"] = "0" },
            more: builder => builder.Services.AddSingleton<IBlobStore>(store));
        entered = new TaskCompletionSource();
        var first = control.PutAsync("/api/v1/projects/faq/inbox/1", "1");
        await entered.Task.WaitAsync(TimeSpan.FromSeconds(60));

        using var second = await control.PutAsync("/api/v1/projects/faq/inbox/2", "2");
        Assert.Equal("too_many_requests", (await ApiHarness.ReadAsync<ErrorBody>(second, 429)).Error.Code);
        gate.SetResult();
        Assert.Equal(HttpStatusCode.Created, (await first).StatusCode);
        using var third = await control.PutAsync("/api/v1/projects/faq/inbox/3", "3");
        Assert.Equal(HttpStatusCode.Created, third.StatusCode);
    }

    [Fact]
    public async Task Uploads_ThatMayWait_AreAllTaken()
    {
        await using var control = await ApiHarness.StartAsync(settings: new Dictionary<string, string?> { ["Control:UploadsAtOnce"] = "1" });

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(file => control.PutAsync($"/api/v1/projects/faq/inbox/{file}", "x")));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Created, answer.StatusCode));
    }

    [Fact]
    public async Task Guesses_OfKeys_AreToldToWait_AndWhoIsKnownGoesOn()
    {
        await using var control = await ApiHarness.StartAsync(settings: new Dictionary<string, string?> { ["Access:Mode"] = "keys", ["Access:AdminKey"] = AdminKey });
        var (guess, code) = (0, "invalid_api_key");
        while (code == "invalid_api_key" && guess < 5000)
        {
            As(control, $"lm_{guess++:x12}_guess");
            using var answer = await control.Client.GetAsync(new Uri("/api/v1/runs", UriKind.Relative));
            code = (await ApiHarness.ReadAsync<ErrorBody>(answer, answer.StatusCode == HttpStatusCode.TooManyRequests ? 429 : 401)).Error.Code;
        }

        Assert.Equal("too_many_unknown_keys", code);
        As(control, AdminKey);
        Assert.Empty((await control.GetAsync<RunList>("/api/v1/runs")).Data);
    }

    [Fact]
    public async Task EveryEndpointOfTheApi_IsCounted()
    {
        await using var control = await ApiHarness.StartAsync();

        var api = control.Endpoints.Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/api/", StringComparison.Ordinal)).ToList();

        Assert.True(api.Count > 20);
        Assert.All(api, endpoint => Assert.True(endpoint.Metadata.GetMetadata<Limited>() is not null, endpoint.RoutePattern.RawText));
        Assert.Equal("/api/v1/projects/{project}/inbox/{**key}", Assert.Single(api, endpoint => endpoint.Metadata.GetMetadata<Limited>()!.IsUpload).RoutePattern.RawText);
    }

    private static void As(ApiHarness control, string key) => control.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
}
