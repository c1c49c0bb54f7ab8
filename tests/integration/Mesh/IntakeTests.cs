using Amazon.S3.Model;
using LoraMesh.Contracts;

namespace LoraMesh.IntegrationTests.Mesh;

/// <summary>
/// What the real store's notifications make of drops. There is no base model, so that each run is rejected as soon as
/// it begins, with its drops in it: <c>base_model_missing</c> says that nothing else was wrong.
/// </summary>
public sealed class IntakeTests(IntakeFixture fixture) : IClassFixture<IntakeFixture>
{
    private const int PartBytes = 5 * 1024 * 1024;

    [DockerTheory]
    [InlineData("blanks", "two words/and three more.jsonl")]
    [InlineData("unicode", "größe/zażółć/数据-🦊.jsonl")]
    [InlineData("escapes", "a%2Fb%20c.jsonl")]
    [InlineData("forms", "a+b&c=d?e#f.jsonl")]
    [InlineData("quotes", "it's \"so\";(x).jsonl")]
    public async Task Key_OfAnyCharacters_IsTakenAsItIs(string project, string name)
    {
        await DropAsync(project, name, "{}");
        await ReadyAsync(project);

        Assert.Equal([$"{project}/{name}"], (await EndAsync(project)).Inputs);
    }

    [DockerFact]
    public async Task Marker_EndsTheWaitForAllThatCameBefore_AndCountsOnce()
    {
        await DropAsync("marked", "a.jsonl", "{}");
        await DropAsync("marked", "deep/b.jsonl", "{}");
        await UntilAllIsHeardAsync();
        Assert.Empty((await fixture.Mesh.Client.FindRunsAsync("marked"))!);
        await ReadyAsync("marked");
        var first = await EndAsync("marked");

        await DropAsync("marked", "c.jsonl", "{}");
        await UntilAllIsHeardAsync();
        Assert.Single((await fixture.Mesh.Client.FindRunsAsync("marked"))!);
        await ReadyAsync("marked");
        var second = await EndAsync("marked", after: first);

        Assert.Equal(["marked/a.jsonl", "marked/deep/b.jsonl"], first.Inputs);
        Assert.Equal(["marked/a.jsonl", "marked/c.jsonl", "marked/deep/b.jsonl"], second.Inputs);
    }

    [DockerFact]
    public async Task Multipart_CountsWhenItIsComplete_AndNotBefore()
    {
        const string Key = "parts/large.jsonl";
        var upload = (await fixture.Mesh.Objects.InitiateMultipartUploadAsync(Buckets.Inbox, Key)).UploadId;
        var first = await UploadPartAsync(Key, upload, 1, PartBytes);
        await DropAsync("parts", "small.jsonl", "{}");
        await ReadyAsync("parts");
        var early = await EndAsync("parts");
        var second = await UploadPartAsync(Key, upload, 2, 1000);
        var whole = await fixture.Mesh.Objects.CompleteMultipartUploadAsync(new CompleteMultipartUploadRequest
        {
            BucketName = Buckets.Inbox,
            Key = Key,
            UploadId = upload,
            PartETags = [new PartETag(1, first.ETag), new PartETag(2, second.ETag)],
        });
        await ReadyAsync("parts");
        var late = await EndAsync("parts", after: early);

        Assert.Equal(["parts/small.jsonl"], early.Inputs);
        Assert.Equal([Key, "parts/small.jsonl"], late.Inputs);
        Assert.Contains("-2", whole.ETag, StringComparison.Ordinal);
        Assert.Equal(late.Run, (await DropOfAsync(Key, whole.ETag)).Run);
    }

    [DockerFact]
    public async Task Object_OverwrittenBeforeItsRun_CountsAsTheNewBytes_AndTheSameBytesAgainAsNothing()
    {
        await DropAsync("again", "rows.jsonl", "{\"a\": 1}");
        await DropAsync("again", "rows.jsonl", "{\"a\": 2}");
        var kept = await fixture.Mesh.Objects.GetObjectMetadataAsync(Buckets.Inbox, "again/rows.jsonl");
        await ReadyAsync("again");
        var first = await EndAsync("again");
        Assert.Equal(first.Run, (await DropOfAsync("again/rows.jsonl", kept.ETag)).Run);

        await DropAsync("again", "rows.jsonl", "{\"a\": 2}");
        await ReadyAsync("again");
        await UntilAllIsHeardAsync();
        await DropAsync("again", "rows.jsonl", "{\"a\": 3}");
        await ReadyAsync("again");
        var second = await EndAsync("again", after: first);

        Assert.Equal(["again/rows.jsonl"], second.Inputs);
        Assert.Equal(2, (await fixture.Mesh.Client.FindRunsAsync("again"))!.Count);
    }

    private Task DropAsync(string project, string name, string text) => fixture.Mesh.Client.DropTextAsync(project, name, text);

    // Stores tell times to the second: a marker written over one of the same second is the same marker.
    private async Task ReadyAsync(string project)
    {
        var (key, before) = ($"{project}/_READY", await TimeOfAsync($"{project}/_READY"));
        await fixture.Mesh.UntilAsync(
            async () =>
            {
                await fixture.Mesh.Objects.PutObjectAsync(new PutObjectRequest { BucketName = Buckets.Inbox, Key = key, ContentBody = "" });
                return await TimeOfAsync(key) != before;
            },
            $"{key} is newer than {before}");
    }

    private async Task<DateTime?> TimeOfAsync(string key) =>
        (await fixture.Mesh.KeysAsync(Buckets.Inbox, key)).Count == 0 ? null : (await fixture.Mesh.Objects.GetObjectMetadataAsync(Buckets.Inbox, key)).LastModified;

    // Notifications come in order: once a later drop has its run, those before were heard.
    private async Task UntilAllIsHeardAsync()
    {
        var project = $"later-{Guid.NewGuid():N}";
        await DropAsync(project, "rows.jsonl", "{}");
        await ReadyAsync(project);
        await EndAsync(project);
    }

    private async Task<UploadPartResponse> UploadPartAsync(string key, string upload, int number, int bytes)
    {
        using var content = new MemoryStream(new byte[bytes]);
        return await fixture.Mesh.Objects.UploadPartAsync(new UploadPartRequest { BucketName = Buckets.Inbox, Key = key, UploadId = upload, PartNumber = number, InputStream = content, PartSize = bytes });
    }

    private async Task<RunView> EndAsync(string project, RunView? after = null)
    {
        RunView? newest = null;
        await fixture.Mesh.UntilAsync(
            async () => (newest = await fixture.Mesh.Client.FindRunsAsync(project, 1) is [var run, ..] ? run : null) is not null && newest.Run != after?.Run,
            $"project {project} has a run{(after is null ? "" : $" after {after.Run}")}");
        Assert.Equal((RunStates.Rejected, "base_model_missing"), (newest!.State, newest.Code));
        return newest;
    }

    private async Task<DropView> DropOfAsync(string key, string etag) => await fixture.Mesh.Client.FindDropAsync(key, etag.Trim('"')) ?? throw new InvalidOperationException($"Control knows no drop {key}.");
}
