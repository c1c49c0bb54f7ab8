using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.Hosting.Access;
using LoraMesh.Hosting.Jobs;
using LoraMesh.Inference.Batches;
using LoraMesh.Storage;
using MassTransit;

namespace LoraMesh.NumericsTests.Inference;

/// <summary>Files of requests: answered as over HTTP, whole after whatever came in between, and nobody else's business.</summary>
public sealed class BatchTests
{
    private const string Chat = "/v1/chat/completions";
    private const string Admin = "administrator-of-inference";

    [Fact]
    public async Task Batch_Answers_AsTheSameRequestsDoOverHttp()
    {
        await using var host = await InferenceHost.StartAsync();
        await host.DeployAsync(await host.WriteAdapterAsync("mine", version: 1, seed: 11));
        string[] models = ["tiny", "mine", "mine@1", "nobody"];

        var batch = await EndAsync(host, await SendAsync(host, string.Concat(Enumerable.Range(0, 40).Select(index => Line($"r{index}", models[index % 4], $"question {index}")))));

        Assert.Equal((BatchStatus.Completed, new BatchCounts(40, 30, 10)), (batch.Status, batch.RequestCounts));
        var answers = await LinesAsync(host, batch.OutputFileId!);
        Assert.Equal(Enumerable.Range(0, 40).Where(index => index % 4 != 3).Select(index => $"r{index}"), answers.Select(Id));
        foreach (var index in new[] { 0, 1, 38 })
        {
            var (_, alone) = await host.PostAsync(Chat, Body(models[index % 4], $"question {index}"));
            var together = Answer(answers.Single(line => Id(line) == $"r{index}"));
            Assert.Equal(alone.GetProperty("choices").GetRawText(), together.GetProperty("choices").GetRawText());
            Assert.Equal(alone.GetProperty("system_fingerprint").GetString(), together.GetProperty("system_fingerprint").GetString());
        }

        var refusals = await LinesAsync(host, batch.ErrorFileId!);
        Assert.Equal(10, refusals.Count);
        Assert.All(refusals, line => Assert.Equal("model_not_found", Answer(line).GetProperty("error").GetProperty("code").GetString()));
        Assert.Empty(await host.Service<BatchStore>().OpenAsync(default));
    }

    [Fact]
    public async Task Batch_WhoseWorkerDied_GoesOnAfterWhatWasAnswered()
    {
        await using var host = await InferenceHost.StartAsync();
        var (store, clock) = (host.Service<BatchStore>(), TimeProvider.System);
        var lines = Enumerable.Range(0, 40).Select(index => Line($"r{index}", "tiny", "x")).ToList();
        var file = await host.Service<FileStore>().AddAsync("file-dead", "api", null, "x.jsonl", StoredFile.Requests, Utf8(string.Concat(lines)), default);
        var begun = clock.GetUtcNow() - TimeSpan.FromMinutes(10);
        var batch = new BatchRecord { Id = store.NewId(), Owner = "api", InputFileId = file.Id, Input = file.Content, Endpoint = Chat, Status = BatchStatus.InProgress, Total = 40, CreatedAt = begun, IssuedAt = begun, ExpiresAt = begun + BatchStore.WindowTime };
        await store.CreateAsync(batch, default);
        await store.PutPartAsync(batch.Id, 0, Utf8(string.Concat(Enumerable.Range(0, 32).Select(index => $$"""{"id":"x","custom_id":"r{{index}}","response":{"status_code":200,"request_id":"x","body":"of the dead"},"error":null}""" + "\n"))), default);
        await host.Store.PutJsonAsync(Buckets.Runs, LeaseKeeper.KeyOf(batch.Id, batch.Id), new JobLease { Owner = "dead", Fence = 3, ExpiresAt = begun, Attempt = 1 });

        await host.Service<BatchWatch>().LookAsync(default);
        var ended = await EndAsync(host, batch.Id);

        var answers = await LinesAsync(host, ended.OutputFileId!);
        Assert.Equal(lines.Count, answers.Count);
        Assert.Equal(Enumerable.Range(0, 40).Select(index => index < 32), answers.Select(line => Answer(line).ValueKind == JsonValueKind.String));
        Assert.Equal(2, (await store.FindAsync(batch.Id, default))!.Attempt);
    }

    [Theory]
    [InlineData("{\"custom_id\": ", 1, "invalid_json_line")]
    [InlineData("[1]", 1, "invalid_json_line")]
    [InlineData("""{"custom_id": "r0", "method": "POST", "url": "/v1/chat/completions", "body": {}}""", 2, "duplicate_custom_id")]
    [InlineData("""{"custom_id": "a", "method": "POST", "url": "/v1/completions", "body": {}}""", 1, "mismatched_endpoint")]
    [InlineData("""{"custom_id": "a", "method": "GET", "url": "/v1/chat/completions", "body": {}}""", 1, "invalid_method")]
    [InlineData("""{"custom_id": "a", "method": "POST", "url": "/v1/chat/completions", "body": {"stream": true}}""", 1, "unsupported_parameter")]
    [InlineData("""{"method": "POST", "url": "/v1/chat/completions", "body": {}}""", 1, "missing_required_parameter")]
    [InlineData("""{"custom_id": "a", "method": "POST", "url": "/v1/chat/completions", "body": "x"}""", 1, "missing_required_parameter")]
    public async Task File_ThatIsWrong_IsRefusedWithItsLine(string line, int place, string code)
    {
        await using var host = await InferenceHost.StartAsync();
        var good = Line("r0", "tiny", "x");

        var batch = await EndAsync(host, await SendAsync(host, place == 1 ? line + "\n" + good : good + line));

        Assert.Equal(BatchStatus.Failed, batch.Status);
        var problem = Assert.Single(batch.Errors!.Data);
        Assert.Equal((code, place), (problem.Code, problem.Line));
        Assert.Null(batch.OutputFileId);
    }

    [Fact]
    public async Task File_WithALineWithoutEnd_IsNotReadIntoMemory()
    {
        await using var host = await InferenceHost.StartAsync(options => options.MaxRequestBytes = 2048);

        var batch = await EndAsync(host, await SendAsync(host, new string('x', 1 << 20)));

        Assert.Equal("line_too_long", Assert.Single(batch.Errors!.Data).Code);
    }

    [Theory]
    [InlineData("application/json", "{}", "multipart/form-data")]
    [InlineData("multipart/form-data", "x", "boundary")]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbat", "not whole")]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nfine-tune\r\n--b--\r\n", "lm-inbox")]
    public async Task Upload_ThatIsNoFileForABatch_IsRefusedWithTheReason(string type, string body, string named)
    {
        await using var host = await InferenceHost.StartAsync();
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", type);

        using var answer = await host.Client.PostAsync(new Uri("/v1/files", UriKind.Relative), content);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(named, JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upload_ThatIsTooLarge_IsRefused()
    {
        await using var host = await InferenceHost.StartAsync(options => options.MaxBatchBytes = 1024);
        using var form = new MultipartFormDataContent { { new StringContent("batch"), "purpose" }, { new StringContent(new string('x', 200_000)), "file", "requests.jsonl" } };

        using var answer = await host.Client.PostAsync(new Uri("/v1/files", UriKind.Relative), form);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Fact]
    public async Task Batch_Cancelled_StopsAndKeepsWhatWasAnswered()
    {
        await using var host = await InferenceHost.StartAsync(context: 200_000);
        var id = await SendAsync(host, string.Concat(Enumerable.Range(0, 32).Select(index => Line($"a{index}", "tiny", "x")).Concat(Enumerable.Range(0, 8).Select(index => Line($"b{index}", "tiny", "x", tokens: 190_000)))));
        await UntilAsync(async () => (await FindAsync(host, id)).RequestCounts.Completed == 32);

        using var answer = await host.Client.PostAsync(new Uri($"/v1/batches/{id}/cancel", UriKind.Relative), null);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await UntilAsync(async () => await host.Service<LeaseKeeper>().FindAsync(id, id) is null);
        await host.Service<BatchWatch>().LookAsync(default);
        var batch = await EndAsync(host, id);

        Assert.Equal((BatchStatus.Cancelled, new BatchCounts(40, 32, 0)), (batch.Status, batch.RequestCounts));
        Assert.Equal(32, (await LinesAsync(host, batch.OutputFileId!)).Count);
        using var again = await host.Client.PostAsync(new Uri($"/v1/batches/{id}/cancel", UriKind.Relative), null);
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
    }

    [Fact]
    public async Task Batch_OverTheBus_IsMadeOfTheFileThatTheCommandNames()
    {
        await using var host = await InferenceHost.StartAsync();
        var input = await host.Store.PutAsync(Buckets.Inbox, "anyone/questions.jsonl", Utf8(Line("r0", "tiny", "x")));

        await host.Service<IBus>().Publish(new CompleteBatch { BatchId = "batch_of-mine", Input = input });
        var batch = await EndAsync(host, "batch_of-mine");

        Assert.Equal(BatchStatus.Completed, batch.Status);
        Assert.Equal(["r0"], (await LinesAsync(host, batch.OutputFileId!)).Select(Id));
    }

    [Fact]
    public async Task Tenant_KnowsNothingOfAnothersBatchesFilesAndAdapters()
    {
        await using var host = await InferenceHost.StartAsync(adminKey: Admin);
        await host.DeployAsync(await host.WriteAdapterAsync("mine", version: 1, seed: 11));
        await host.DeployAsync(await host.WriteAdapterAsync("theirs", version: 1, seed: 12));
        var (_, mine) = await host.Service<ApiKeys>().CreateAsync("me", AccessRoles.Viewer, ["mine"], null, "test", default);
        var (_, theirs) = await host.Service<ApiKeys>().CreateAsync("them", AccessRoles.Viewer, ["theirs"], null, "test", default);
        Use(mine);

        var id = await SendAsync(host, Line("r0", "mine", "x") + Line("r1", "theirs", "x"));
        var batch = await EndAsync(host, id);

        Assert.Equal(["r0"], (await LinesAsync(host, batch.OutputFileId!)).Select(Id));
        Assert.Equal(["r1"], (await LinesAsync(host, batch.ErrorFileId!)).Select(Id));

        // Names of keys are not kept apart: one of another project may bear the same.
        var (_, namesake) = await host.Service<ApiKeys>().CreateAsync("me", AccessRoles.Admin, ["theirs"], null, "test", default);
        foreach (var stranger in new[] { theirs, namesake })
        {
            Use(stranger);
            await SeesNothingAsync();
        }

        Use(Admin);
        Assert.Contains(id, await host.Client.GetStringAsync(new Uri("/v1/batches", UriKind.Relative)), StringComparison.Ordinal);

        void Use(string key) => host.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);

        async Task SeesNothingAsync()
        {
            foreach (var path in new[] { $"/v1/batches/{id}", $"/v1/files/{batch.InputFileId}", $"/v1/files/{batch.OutputFileId}/content" })
            {
                using var answer = await host.Client.GetAsync(new Uri(path, UriKind.Relative));
                Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
            }

            Assert.Equal(HttpStatusCode.NotFound, (await host.PostAsync("/v1/batches", new { input_file_id = batch.InputFileId, endpoint = Chat, completion_window = "24h" })).Status);
            Assert.DoesNotContain(id, await host.Client.GetStringAsync(new Uri("/v1/batches", UriKind.Relative)), StringComparison.Ordinal);
        }
    }

    private static object Body(string model, string question, int tokens = 4) =>
        new { model, messages = new[] { new { role = "user", content = question } }, temperature = 0, max_tokens = tokens, ignore_eos = true };

    private static string Line(string id, string model, string question, int tokens = 4) =>
        JsonSerializer.Serialize(new { custom_id = id, method = "POST", url = Chat, body = Body(model, question, tokens) }) + "\n";

    private static MemoryStream Utf8(string text) => new(Encoding.UTF8.GetBytes(text));

    private static string Id(JsonElement line) => line.GetProperty("custom_id").GetString()!;

    private static JsonElement Answer(JsonElement line) => line.GetProperty("response").GetProperty("body");

    private static async Task<string> SendAsync(InferenceHost host, string requests)
    {
        using var form = new MultipartFormDataContent { { new StringContent("batch"), "purpose" }, { new StringContent(requests), "file", "requests.jsonl" } };
        using var stored = await host.Client.PostAsync(new Uri("/v1/files", UriKind.Relative), form);
        var file = JsonDocument.Parse(await stored.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal(Encoding.UTF8.GetByteCount(requests), file.GetProperty("bytes").GetInt64());
        var (status, batch) = await host.PostAsync("/v1/batches", new { input_file_id = file.GetProperty("id").GetString(), endpoint = Chat, completion_window = "24h", metadata = new { who = "test" } });
        Assert.True(status == HttpStatusCode.OK, batch.GetRawText());
        Assert.Equal("test", batch.GetProperty("metadata").GetProperty("who").GetString());
        return batch.GetProperty("id").GetString()!;
    }

    private static async Task<BatchView> FindAsync(InferenceHost host, string id) =>
        JsonSerializer.Deserialize<BatchView>(await host.Client.GetStringAsync(new Uri($"/v1/batches/{id}", UriKind.Relative)), ContractsJson.Options)!;

    private static async Task<BatchView> EndAsync(InferenceHost host, string id)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while ((await host.BatchesEnded.ReadAsync(patience.Token)).BatchId != id)
        {
        }

        return await FindAsync(host, id);
    }

    // The store tells nobody of what changes in it.
    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!await condition())
        {
            await Task.Delay(20, patience.Token);
        }
    }

    private static async Task<IReadOnlyList<JsonElement>> LinesAsync(InferenceHost host, string file) =>
        [.. (await host.Client.GetStringAsync(new Uri($"/v1/files/{file}/content", UriKind.Relative))).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement.Clone())];
}
