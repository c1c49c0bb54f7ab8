using System.Threading.Channels;
using LoraMesh.Contracts;
using LoraMesh.Hosting.Configuration;
using LoraMesh.Storage;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LoraMesh.Hosting.Inbox;

/// <summary>
/// Tells control of files that appear in the inbox of a folder store. Only a hint: what it misses is found when the
/// inbox is next listed, so that none of its faults does harm.
/// </summary>
public sealed class FolderInboxWatcher(IBlobStore store, IBus bus, IOptions<StorageOptions> options, TimeProvider clock, ILogger<FolderInboxWatcher> log) : BackgroundService
{
    private const int MaxWaiting = 4096;
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(300);
    private static readonly EnumerationOptions PlainFiles = new() { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint };

    private readonly TaskCompletionSource _watching = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Done when changes are being told, or never will be.</summary>
    public Task Watching => _watching.Task;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (store is not FolderBlobStore folder || !options.Value.WatchInbox)
        {
            _watching.TrySetResult();
            return;
        }

        var inbox = Path.Combine(folder.Root, Buckets.Inbox);
        var changed = Channel.CreateBounded<string>(new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.DropWrite });
        try
        {
            using var watcher = Watch(inbox, changed.Writer);
            _watching.TrySetResult();
            await AnnounceAsync(inbox, changed.Reader, stoppingToken);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException or ArgumentException)
        {
            InboxLog.NotWatched(log, refused, inbox);
            _watching.TrySetResult();
        }
    }

    private FileSystemWatcher Watch(string inbox, ChannelWriter<string> changed)
    {
        var watcher = new FileSystemWatcher(inbox) { IncludeSubdirectories = true, NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite };
        watcher.Created += (_, change) => changed.TryWrite(change.FullPath);
        watcher.Changed += (_, change) => changed.TryWrite(change.FullPath);
        watcher.Renamed += (_, change) => changed.TryWrite(change.FullPath);
        watcher.Error += (_, error) => InboxLog.Missed(log, error.GetException(), inbox);
        watcher.EnableRaisingEvents = true;
        return watcher;
    }

    private async Task AnnounceAsync(string inbox, ChannelReader<string> changed, CancellationToken stoppingToken)
    {
        while (await changed.WaitToReadAsync(stoppingToken))
        {
            // A copy of one large file raises hundreds of changes; they are told once.
            await Task.Delay(Gather, clock, stoppingToken);
            var paths = new SortedSet<string>(StringComparer.Ordinal);
            while (changed.TryRead(out var path))
            {
                paths.Add(path);
            }

            try
            {
                foreach (var key in paths.SelectMany(path => KeysAt(inbox, path)).Distinct(StringComparer.Ordinal).Take(MaxWaiting))
                {
                    await bus.Publish(new ObjectCreated { Bucket = Buckets.Inbox, Key = key }, stoppingToken);
                }
            }
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
            {
                // The outermost loop of a mere hint: the next listing finds what was not told.
                InboxLog.Missed(log, fault, inbox);
            }
        }
    }

    // A folder that was moved in tells nothing of the files in it.
    private static IEnumerable<string> KeysAt(string inbox, string path)
    {
        var files = Directory.Exists(path) ? Directory.EnumerateFiles(path, "*", PlainFiles) : new FileInfo(path) is { Exists: true, LinkTarget: null } ? [path] : [];
        return files.Select(file => Path.GetRelativePath(inbox, file)).Where(key => BlobKey.Problem(key) is null && key[0] != '.' && !key.Contains("/.", StringComparison.Ordinal));
    }
}
