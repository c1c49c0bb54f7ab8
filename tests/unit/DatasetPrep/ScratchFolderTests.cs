using LoraMesh.DatasetPrep.Storing;
using Microsoft.Extensions.Time.Testing;

namespace LoraMesh.UnitTests.DatasetPrep;

public sealed class ScratchFolderTests
{
    [Fact]
    public void Scratch_LeftByADeadProcess_IsRemovedAfterADay()
    {
        using var folder = new TemporaryFolder();
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var abandoned = new ScratchFolder(folder.Path, "run-1-prepare", clock);
        File.WriteAllText(Path.Combine(abandoned.Path, "train.jsonl"), "x");
        var other = Directory.CreateDirectory(folder.File("not-ours")).FullName;

        clock.Advance(TimeSpan.FromHours(23));
        new ScratchFolder(folder.Path, "run-1-prepare", clock).Dispose();
        Assert.True(Directory.Exists(abandoned.Path));

        clock.Advance(TimeSpan.FromHours(2));
        new ScratchFolder(folder.Path, "run-1-prepare", clock).Dispose();
        Assert.False(Directory.Exists(abandoned.Path));
        Assert.True(Directory.Exists(other));
    }
}
