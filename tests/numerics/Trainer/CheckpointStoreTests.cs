using LoraMesh.Contracts;
using LoraMesh.Storage;
using LoraMesh.Trainer.Checkpoints;
using LoraMesh.Trainer.Training;

namespace LoraMesh.NumericsTests.Trainer;

public sealed class CheckpointStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("loramesh-test-").FullName;
    private readonly FolderBlobStore _blobs;

    public CheckpointStoreTests() => _blobs = new FolderBlobStore(Path.Combine(_folder, "store"));

    [Fact]
    public async Task FindAsync_AfterPut_GivesBackEverything()
    {
        await _blobs.EnsureBucketAsync(Buckets.Runs);
        var state = State(7) with { RateFactor = 0.25, WentBackFrom = 9, DataSha256 = "ab", Retreat = State(5) };

        await Store().PutAsync(state, ["{}", "{\"loss\":1}"], CancellationToken.None);
        var (found, metrics) = (await Store().FindAsync(CancellationToken.None))!.Value;

        Assert.Equal((7, 0.25, 9, "ab", 5), (found.Step, found.RateFactor, found.WentBackFrom, found.DataSha256, found.Retreat!.Step));
        Assert.Equal(state.Parameters, found.Parameters);
        Assert.Equal(state.FirstMoment, found.FirstMoment);
        Assert.Equal(state.SecondMoment, found.SecondMoment);
        Assert.Equal(state.Retreat.SecondMoment, found.Retreat.SecondMoment);
        Assert.Equal(["{}", "{\"loss\":1}"], metrics);
    }

    [Fact]
    public async Task FindAsync_NewestIsDamaged_GivesTheOneBefore()
    {
        await _blobs.EnsureBucketAsync(Buckets.Runs);
        await Store().PutAsync(State(1), ["one"], CancellationToken.None);
        await Store().PutAsync(State(2), ["one", "two"], CancellationToken.None);
        var newest = Assert.Single(await KeysAsync(), key => key.Contains("00000002", StringComparison.Ordinal) && key.EndsWith(".safetensors", StringComparison.Ordinal));
        await _blobs.PutAsync(Buckets.Runs, newest, new MemoryStream([1, 2, 3]));

        var found = await Store().FindAsync(CancellationToken.None);

        Assert.Equal(1, found!.Value.State.Step);
        Assert.Equal(["one"], found.Value.Metrics);
    }

    [Fact]
    public async Task PutAsync_ManyAndBackAgain_KeepsTheTwoThatWereWrittenLast()
    {
        await _blobs.EnsureBucketAsync(Buckets.Runs);
        foreach (var step in (int[])[1, 5, 9, 4, 5])
        {
            await Store().PutAsync(State(step) with { RateFactor = step < 9 ? 0.25 : 1 }, [$"{step}"], CancellationToken.None);
        }

        Assert.Equal(5, (await Store().FindAsync(CancellationToken.None))!.Value.State.Step);
        Assert.Equal(["00000004", "00000005"], (await KeysAsync()).Where(key => key.EndsWith(".safetensors", StringComparison.Ordinal)).Select(key => key.Split('/')[^1][..8]).Order());
    }

    [Fact]
    public async Task PutAsync_ByAnOlderFence_IsRefused()
    {
        await _blobs.EnsureBucketAsync(Buckets.Runs);
        await Store(fence: 2).PutAsync(State(1), [], CancellationToken.None);

        await Assert.ThrowsAsync<StaleFenceException>(() => Store(fence: 1).PutAsync(State(2), [], CancellationToken.None));

        Assert.Equal(1, (await Store().FindAsync(CancellationToken.None))!.Value.State.Step);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private CheckpointStore Store(long fence = 0) =>
        new(_blobs, new LocalBlobCache(_blobs, Path.Combine(_folder, "cache"), 1 << 20, TimeProvider.System), "run", "adapter", fence);

    private async Task<List<string>> KeysAsync()
    {
        var keys = new List<string>();
        await foreach (var blob in _blobs.ListAsync(Buckets.Runs, "run/"))
        {
            keys.Add(blob.Key);
        }

        return keys;
    }

    private static TrainingState State(int step) => new() { Step = step, Parameters = [step, 1.5f], FirstMoment = [0.1f, step], SecondMoment = [float.Epsilon, 3] };
}
