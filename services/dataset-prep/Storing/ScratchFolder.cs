namespace LoraMesh.DatasetPrep.Storing;

/// <summary>A folder for one job's files, gone when the job is over.</summary>
internal sealed class ScratchFolder : IDisposable
{
    // Nobody builds a dataset for a day: what is older was left by a process that died.
    private static readonly TimeSpan Abandoned = TimeSpan.FromDays(1);

    /// <summary>Makes an empty folder for a job, and removes those that dead processes left behind.</summary>
    public ScratchFolder(string root, string jobId, TimeProvider clock)
    {
        var folder = Directory.CreateDirectory(root);
        foreach (var old in folder.EnumerateDirectories("prep-*").Where(old => old.LastWriteTimeUtc < clock.GetUtcNow().UtcDateTime - Abandoned))
        {
            old.Delete(recursive: true);
        }

        Path = Directory.CreateDirectory(System.IO.Path.Combine(root, $"prep-{jobId}-{Guid.NewGuid():n}")).FullName;
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
