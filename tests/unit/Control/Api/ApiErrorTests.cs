using LoraMesh.Contracts;

namespace LoraMesh.UnitTests.Control.Api;

public sealed class ApiErrorTests : IAsyncLifetime, IClassFixture<SharedApi>
{
    private readonly SharedApi _shared;
    private ApiHarness _control = null!;

    public ApiErrorTests(SharedApi shared) => _shared = shared;

    public async Task InitializeAsync()
    {
        _control = await _shared.Control;
        await _control.DropAsync("faq", "taken", "x");
        await _control.DropAsync("faq", "folder/x", "x");
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData("PUT", "/api/v1/projects/Bad/inbox/a", "x", 400, "bad_project_name", "project")]
    [InlineData("PUT", "/api/v1/projects/faq/inbox/", "x", 400, "bad_key", "key")]
    [InlineData("PUT", "/api/v1/projects/faq/inbox/a//b", "x", 400, "bad_key", "key")]
    [InlineData("PUT", "/api/v1/projects/faq/inbox/a%5Cb", "x", 400, "bad_key", "key")]
    [InlineData("PUT", "/api/v1/projects/faq/inbox/a%01b", "x", 400, "bad_key", "key")]
    [InlineData("PUT", "/api/v1/projects/faq/inbox/.hidden", "x", 400, "ignored_name", "key")]
    [InlineData("PUT", "/api/v1/projects/faq/inbox/project.yaml", "training:\n  r: 0\n", 400, "bad_project_yaml", "project.yaml")]
    [InlineData("PUT", "/api/v1/projects/faq/inbox/taken/below", "x", 409, "key_taken", "key")]
    [InlineData("PUT", "/api/v1/projects/faq/inbox/folder", "x", 409, "key_taken", "key")]
    [InlineData("GET", "/api/v1/runs?limit=0", null, 400, "bad_limit", "limit")]
    [InlineData("GET", "/api/v1/runs?limit=many", null, 400, "bad_limit", "limit")]
    [InlineData("GET", "/api/v1/runs/run-ffffffffffff", null, 404, "run_not_found", "id")]
    [InlineData("GET", "/api/v1/runs/run-ffffffffffff/events", null, 404, "run_not_found", "id")]
    [InlineData("GET", "/api/v1/runs/run-ffffffffffff/report", null, 404, "run_not_found", "id")]
    [InlineData("POST", "/api/v1/runs/run-ffffffffffff/cancel", "", 404, "run_not_found", "id")]
    [InlineData("POST", "/api/v1/runs/run-ffffffffffff/cancel", "{\"reason\":7}", 400, "bad_json", "$.reason")]
    [InlineData("POST", "/api/v1/runs/run-ffffffffffff/approve", "{\"by\":\"Ada\",\"reason\":\"fine\"}", 404, "run_not_found", "id")]
    [InlineData("POST", "/api/v1/runs/run-ffffffffffff/approve", "{\"by\":\" \",\"reason\":\"fine\"}", 400, "missing_name_or_reason", "by")]
    [InlineData("POST", "/api/v1/runs/run-ffffffffffff/reject", "", 400, "missing_name_or_reason", "reason")]
    [InlineData("POST", "/api/v1/projects/faq/promote", "{}", 400, "bad_json", "$")]
    [InlineData("POST", "/api/v1/projects/faq/promote", "", 400, "missing_version", "version")]
    [InlineData("GET", "/api/v1/drops?key=faq/taken", null, 400, "missing_parameter", "etag")]
    [InlineData("GET", "/api/v1/drops?key=faq/taken&etag=other", null, 404, "drop_not_found", "key")]
    [InlineData("GET", "/api/v1/nothing", null, 404, null, null)]
    public async Task Request_ThatIsWrong_IsToldWhere(string method, string path, string? body, int status, string? code, string? param)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = body is null ? null : new StringContent(body) };

        using var answer = await _control.Client.SendAsync(request);

        var error = (await ApiHarness.ReadAsync<ErrorBody>(answer, status)).Error;
        Assert.Equal((code, param), (error.Code, error.Param));
        Assert.NotEqual("", error.Message);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Upload_BeyondTheLimit_IsRefusedAndLeavesNothing(bool lengthKnown)
    {
        using var body = new MemoryStream(new byte[1001]);
        using var content = lengthKnown ? (HttpContent)new ByteArrayContent(body.ToArray()) : new UnknownLengthContent(body);

        using var answer = await _control.Client.PutAsync("/api/v1/projects/faq/inbox/big", content);

        var error = (await ApiHarness.ReadAsync<ErrorBody>(answer, 413)).Error;
        Assert.Contains("1000 bytes", error.Message, StringComparison.Ordinal);
        Assert.Null(await _control.Blobs.StatAsync(Buckets.Inbox, "faq/big"));
    }

    [Fact]
    public async Task Upload_IfNoneMatch_DoesNotReplace()
    {
        await _control.DropAsync("faq", "single", "first");
        using var request = new HttpRequestMessage(HttpMethod.Put, "/api/v1/projects/faq/inbox/single") { Content = new StringContent("second") };
        request.Headers.IfNoneMatch.ParseAdd("*");

        using var answer = await _control.Client.SendAsync(request);

        Assert.Equal("already_exists", (await ApiHarness.ReadAsync<ErrorBody>(answer, 409)).Error.Code);
        Assert.Equal(5, (await _control.Blobs.StatAsync(Buckets.Inbox, "faq/single"))!.Bytes);
    }

    [Theory]
    [InlineData("sub%2Fb%20c.jsonl", "faq/sub/b c.jsonl")]
    [InlineData("a%252Fb", "faq/a%2Fb")]
    [InlineData("gr%C3%BC%C3%9Fe.jsonl?x=/inbox/", "faq/grüße.jsonl")]
    public async Task Upload_EncodedName_IsStoredUnderWhatItMeans(string path, string key)
    {
        using var answer = await _control.PutAsync($"/api/v1/projects/faq/inbox/{path}", "x");

        Assert.Equal(key, (await ApiHarness.ReadAsync<DropReceipt>(answer, 201)).Key);
    }

    private sealed class UnknownLengthContent(Stream body) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context) => body.CopyToAsync(stream);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
