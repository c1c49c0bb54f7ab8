namespace LoraMesh.Model;

/// <summary>
/// Refuses symbolic links that leave a folder which a person or another program made. The folders of a local cache, whose
/// links lead to its own objects, need no such check.
/// </summary>
public static class ForeignLinks
{
    /// <summary>Looks at every entry of a model's or adapter's folder.</summary>
    /// <exception cref="UnsupportedModelException">One is a link that leaves the folder; the message names it.</exception>
    public static void Refuse(string folder)
    {
        var root = new DirectoryInfo(folder).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? Path.GetFullPath(folder);
        var inside = Path.TrimEndingDirectorySeparator(root) + Path.DirectorySeparatorChar;
        foreach (var entry in new DirectoryInfo(root).EnumerateFileSystemInfos().Where(entry => entry.LinkTarget is not null))
        {
            var target = entry.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? entry.LinkTarget!;
            if (!target.StartsWith(inside, StringComparison.Ordinal))
            {
                throw new UnsupportedModelException($"{Path.Combine(folder, entry.Name)} is a symbolic link to {target}, outside of the folder. Such links are not followed: copy the file itself there.");
            }
        }
    }
}
