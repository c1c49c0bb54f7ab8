namespace LoraMesh.Storage.Folders;

/// <summary>Walks and changes the folders of one bucket.</summary>
internal static class FolderTree
{
    private const int Tries = 10;

    private static readonly EnumerationOptions Everything = new() { RecurseSubdirectories = false, AttributesToSkip = 0, IgnoreInaccessible = true };

    /// <summary>Keys of the plain files below <paramref name="bucket"/> that start with the prefix, ordered; links are left out.</summary>
    public static List<string> Keys(string bucket, string prefix)
    {
        var keys = new List<string>();
        var slash = prefix.LastIndexOf('/');
        var start = slash < 0 ? "" : prefix[..slash];
        if (!PassesLink(bucket, start))
        {
            Gather(Path.Combine(bucket, start), slash < 0 ? "" : start + "/", prefix, keys);
        }

        keys.Sort(StringComparer.Ordinal);
        return keys;
    }

    /// <summary>Moves a finished file to its place in one step; folders on the way are made.</summary>
    public static void MoveInto(string source, string target, string name)
    {
        for (var left = Tries; ; left--)
        {
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                RemoveEmptyTree(target);
                File.Move(source, target, overwrite: true);
                return;
            }
            catch (DirectoryNotFoundException) when (left > 0)
            {
                // Someone removed the folder as empty just before the move.
            }
            catch (IOException problem) when (Directory.Exists(target) || HasFileAbove(target))
            {
                throw new IOException($"Blob {name} cannot be written: in a folder store no key can be below another key, and {target} is one or lies below one.", problem);
            }
        }
    }

    /// <summary>Removes folders that became empty, from the file upwards; the bucket stays, and so do the folders directly in it.</summary>
    public static void RemoveEmptyAbove(string path, string bucket)
    {
        for (var folder = Path.GetDirectoryName(path)!; folder.Length > bucket.Length && Path.GetDirectoryName(folder) != bucket; folder = Path.GetDirectoryName(folder)!)
        {
            if (!TryRemoveEmpty(folder))
            {
                return;
            }
        }
    }

    /// <summary>Whether a part of the path, other than the last, is a file.</summary>
    public static bool HasFileAbove(string path)
    {
        for (var folder = Path.GetDirectoryName(path); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(folder))
            {
                return true;
            }
        }

        return false;
    }

    private static void Gather(string folder, string key, string prefix, List<string> keys)
    {
        try
        {
            foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos("*", Everything))
            {
                var name = key + entry.Name;
                if (entry.LinkTarget is not null || !Meets(name, prefix))
                {
                    continue;
                }

                if (entry is DirectoryInfo)
                {
                    Gather(entry.FullName, name + "/", prefix, keys);
                }
                else if ((entry.Attributes & FileAttributes.Device) == 0 && name.StartsWith(prefix, StringComparison.Ordinal))
                {
                    keys.Add(name);
                }
            }
        }
        catch (DirectoryNotFoundException)
        {
            // It went away while we looked, or never was.
        }
        catch (IOException) when (File.Exists(folder))
        {
            // The prefix goes through a file: nothing is below it.
        }
    }

    private static bool Meets(string name, string prefix) =>
        name.StartsWith(prefix, StringComparison.Ordinal) || prefix.StartsWith(name, StringComparison.Ordinal);

    private static bool PassesLink(string bucket, string key)
    {
        var path = bucket;
        foreach (var part in key.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            path = Path.Combine(path, part);
            if (new FileInfo(path).LinkTarget is not null)
            {
                return true;
            }
        }

        return false;
    }

    private static void RemoveEmptyTree(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        foreach (var inner in new DirectoryInfo(folder).EnumerateDirectories("*", Everything).Where(inner => inner.LinkTarget is null))
        {
            RemoveEmptyTree(inner.FullName);
        }

        TryRemoveEmpty(folder);
    }

    private static bool TryRemoveEmpty(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: false);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
