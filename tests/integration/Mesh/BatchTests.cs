using System.Net.Http.Json;
using System.Text.Json;
using LoraMesh.Contracts;

namespace LoraMesh.IntegrationTests.Mesh;

/// <summary>A file of requests over a real broker and store.</summary>
[Collection(MeshTests.Name)]
public sealed class BatchTests(MeshFixture fixture)
{
    private const int Requests = 80;

    [DockerFact]
    public async Task Batch_WhoseReplicaIsKilled_IsAnsweredWhole()
    {
        await fixture.CalmAsync();
        await fixture.Mesh.UntilAsync(async () => (await fixture.Mesh.AskAsync(MeshFixture.Calm, Samples.Question)).Length > 0, "the champion answers");
        using var http = new HttpClient { BaseAddress = fixture.Mesh.Service("inference").Address };
        var lines = Enumerable.Range(0, Requests).Select(index => JsonSerializer.Serialize(new
        {
            custom_id = $"r{index}",
            method = "POST",
            url = "/v1/chat/completions",
            body = new { model = MeshFixture.Calm, temperature = 0, max_tokens = 32, messages = new[] { new { role = "user", content = $"{Samples.Question} {index}" } } },
        }));
        using var form = new MultipartFormDataContent { { new StringContent("batch"), "purpose" }, { new StringContent(string.Join('\n', lines)), "file", "questions.jsonl" } };
        using var stored = await http.PostAsync(new Uri("v1/files", UriKind.Relative), form);
        var file = await stored.Content.ReadFromJsonAsync<FileView>(ContractsJson.Options);

        using var made = await http.PostAsJsonAsync("v1/batches", new { input_file_id = file!.Id, endpoint = "/v1/chat/completions", completion_window = "24h" });
        var id = (await made.Content.ReadFromJsonAsync<BatchView>(ContractsJson.Options))!.Id;
        await fixture.Mesh.UntilAsync(async () => (await SeenAsync()).Completed > 0, "a part of the batch is answered");
        await fixture.Mesh.Service("inference").KillAsync();
        await fixture.Mesh.Service("inference").StartAsync();
        await fixture.Mesh.UntilAsync(async () => BatchStatus.IsEnd((await SeenAsync()).Status), "the batch has come to its end");

        var batch = await SeenAsync();
        Assert.Equal((BatchStatus.Completed, Requests, Requests, 0), (batch.Status, batch.Total, batch.Completed, batch.Failed));
        var answers = System.Text.Encoding.UTF8.GetString(await fixture.Mesh.ReadAsync(Buckets.Batches, $"files/{batch.Output!.Id}.jsonl")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(Enumerable.Range(0, Requests).Select(index => $"r{index}"), answers.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("custom_id").GetString()));

        Task<Seen> SeenAsync() => fixture.Mesh.ReadJsonAsync<Seen>(Buckets.Batches, $"batches/{id}/batch.json");
    }

    private sealed record Seen(string Status, int Total, int Completed, int Failed, SeenFile? Output);

    private sealed record SeenFile(string Id);
}
