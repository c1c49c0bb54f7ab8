using System.Net.Http.Headers;
using System.Net.Http.Json;
using LoraMesh.Contracts;
using LoraMesh.Storage;
using LoraMesh.UnitTests.Storage;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace LoraMesh.UnitTests.Control.Api;

/// <summary>Every endpoint that changes something leaves a line in the audit trail, with the name of whoever asked.</summary>
public sealed class AuditTests : IDisposable
{
    private const string AdminKey = "administrator-of-the-trail";
    private const string Retired = """{"messageId":"0","messageType":["urn:message:LoraMesh.Contracts:AdapterRetired"],"message":{"project":"faq","version":3}}""";

    // Nothing of ours is changed by it; the receiver hears who asked.
    private static readonly string[] NoChange = ["POST /webhooks/{name}/test"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task EveryChange_IsInTheTrail_UnderTheNameOfTheCaller()
    {
        await using var control = await ApiHarness.StartAsync(settings: new Dictionary<string, string?> { ["Access:Mode"] = "keys", ["Access:AdminKey"] = AdminKey }, more: builder => builder.Services.AddSingleton<IBlobStore>(new FolderBlobStore(_folder.Path)));
        As(control, AdminKey);
        var key = (await control.PostAsync<ApiKeyView>("/api/v1/keys", new CreateKeyRequest { Name = "tester", Role = AccessRoles.Admin })).Key!;
        await control.Blobs.PutJsonAsync(Buckets.Datasets, "gone/0000/report.json", "left over");
        File.SetLastWriteTimeUtc(Path.Combine(_folder.Path, Buckets.Datasets, "gone", "0000", "report.json"), new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        await PromoteAsync(control, "faq", "1");
        await PromoteAsync(control, "faq", "2");
        var (held, disliked) = (await JudgeAsync(control, "held", GateDecision.Hold), await JudgeAsync(control, "disliked", GateDecision.Hold));
        var open = await control.RunOfAsync(await control.DropAsync("open", "a", "a"));
        await control.Quarantine.PutAsync("inference-adapter-retired", Retired, "one", CancellationToken.None);
        await control.Quarantine.PutAsync("control", "no message", "two", CancellationToken.None);
        var quarantined = (await control.GetAsync<QuarantineList>("/api/v1/quarantine")).Data;

        As(control, key);
        var changes = new (string Endpoint, string Path, object Body, string What)[]
        {
            ("PUT /projects/{project}/inbox/{**key}", "/projects/faq/inbox/b.jsonl", "b", "data_uploaded"),
            ("POST /runs/{id}/cancel", $"/runs/{open}/cancel", new CancelRequest(), "run_cancelled"),
            ("POST /runs/{id}/approve", $"/runs/{held}/approve", new ApprovalRequest { By = "someone", Reason = "fine" }, "run_approved"),
            ("POST /runs/{id}/reject", $"/runs/{disliked}/reject", new ApprovalRequest { By = "someone", Reason = "bad" }, "run_disapproved"),
            ("POST /projects/{project}/promote", "/projects/faq/promote", new PromoteRequest { Version = 1 }, "promoted_by_hand"),
            ("POST /projects/{project}/rollback", "/projects/faq/rollback", new CancelRequest(), "rolled_back"),
            ("PUT /projects/{project}/adapters/{version:int}/tags/{key}", "/projects/faq/adapters/1/tags/stage", new TagRequest { Value = "gold" }, "tag_set"),
            ("DELETE /projects/{project}/adapters/{version:int}/tags/{key}", "/projects/faq/adapters/1/tags/stage", new { }, "tag_removed"),
            ("PUT /projects/{project}/aliases/{alias}", "/projects/faq/aliases/canary", new AliasRequest { Version = 1 }, "alias_set"),
            ("DELETE /projects/{project}/aliases/{alias}", "/projects/faq/aliases/canary", new { }, "alias_removed"),
            ("POST /quarantine/{id}/replay", $"/quarantine/{quarantined.Single(entry => entry.Error == "one").Id}/replay", new { }, "message_replayed"),
            ("POST /quarantine/{id}/discard", $"/quarantine/{quarantined.Single(entry => entry.Error == "two").Id}/discard", new { }, "message_discarded"),
            ("POST /garbage", "/garbage", new GarbageRequest(), "garbage_collected"),
            ("POST /keys", "/keys", new CreateKeyRequest { Name = "another" }, "key_created"),
            ("DELETE /keys/{id}", $"/keys/{key.Split('_')[1]}", new { }, "key_revoked"),
        };
        foreach (var (endpoint, path, body, _) in changes)
        {
            using var request = new HttpRequestMessage(new HttpMethod(endpoint.Split(' ')[0]), new Uri("/api/v1" + path, UriKind.Relative)) { Content = body is string text ? new StringContent(text) : JsonContent.Create(body, body.GetType(), options: ContractsJson.Options) };
            using var answer = await control.Client.SendAsync(request);
            Assert.True(answer.IsSuccessStatusCode, $"{endpoint}: {await answer.Content.ReadAsStringAsync()}");
        }

        As(control, AdminKey);
        var trail = (await control.GetAsync<AuditList>("/api/v1/audit?limit=1000")).Data;
        Assert.All(changes, change => Assert.True(trail.Any(entry => entry.Who == "tester" && entry.What == change.What), $"{change.Endpoint} left no {change.What} by tester"));
        var known = control.Endpoints.Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/api/v1", StringComparison.Ordinal))
            .Select(endpoint => (Method: endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods[0], Route: endpoint.RoutePattern.RawText!["/api/v1".Length..]))
            .Where(endpoint => endpoint.Method != "GET").Select(endpoint => $"{endpoint.Method} {endpoint.Route}");
        Assert.Equal(known.Order(StringComparer.Ordinal), changes.Select(change => change.Endpoint).Concat(NoChange).Order(StringComparer.Ordinal));
    }

    private static async Task PromoteAsync(ApiHarness control, string project, string file)
    {
        var run = await JudgeAsync(control, project, null, file);
        var view = await control.GetAsync<RunView>($"/api/v1/runs/{run}");
        await control.Conductor.ApplyAsync(run, Sample.Deployed(project, view.Version!.Value), null, "test", CancellationToken.None);
    }

    private static async Task<string> JudgeAsync(ApiHarness control, string project, string? decision, string file = "a")
    {
        var run = await control.RunOfAsync(await control.DropAsync(project, file, file));
        var manifest = await control.Blobs.PutJsonAsync(Buckets.Adapters, $"{project}/a{run}/manifest.json", Sample.Manifest(project, run, "m1"));
        foreach (var message in new object[] { Sample.Prepared(run), Sample.Trained(run, manifest), Sample.Evaluated(run, promote: decision is null) with { Decision = decision } })
        {
            await control.Conductor.ApplyAsync(run, message, null, "test", CancellationToken.None);
        }

        return run;
    }

    private static void As(ApiHarness control, string key) => control.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
}
