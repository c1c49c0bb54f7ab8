using System.Collections.Concurrent;

namespace LoraMesh.Storage.Folders;

/// <summary>Tells of each file that cannot be listed, once.</summary>
internal sealed class SkippedFiles(Action<string, string>? told)
{
    private const int MaxRemembered = 10_000;

    private readonly ConcurrentDictionary<string, string> _known = new(StringComparer.Ordinal);

    public void Tell(string path, string reason)
    {
        if (told is not null && _known.Count < MaxRemembered && _known.TryAdd(path, reason))
        {
            told(path, reason);
        }
    }
}
