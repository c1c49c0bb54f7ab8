namespace LoraMesh.Storage.Caching;

// objects/<2 digits>/<sha256>   verified copies, read-only
// folders/<digest>/<name>       links to them under the names that a reader expects
// tmp/<guid>                    what is not complete yet
// Time of last use is the time of last write, kept by us.
internal sealed class CacheFolder
{
    public CacheFolder(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        var root = Path.GetFullPath(folder);
        Objects = Path.Combine(root, "objects");
        Folders = Path.Combine(root, "folders");
        Temporary = Path.Combine(root, "tmp");
        Directory.CreateDirectory(Objects);
        Directory.CreateDirectory(Folders);
        Directory.CreateDirectory(Temporary);
        Storage.Folders.TemporaryFile.SweepOld(Temporary);
    }

    public string Objects { get; }

    public string Folders { get; }

    public string Temporary { get; }

    public string OfObject(string sha256)
    {
        ArgumentNullException.ThrowIfNull(sha256);
        if (sha256.Length != 64 || !sha256.All(char.IsAsciiHexDigitLower))
        {
            throw new ArgumentException($"'{sha256}' is not a SHA-256 of 64 lower-case hexadecimal digits.", nameof(sha256));
        }

        return Path.Combine(Objects, sha256[..2], sha256);
    }

    public string OfFolder(string digest) => Path.Combine(Folders, digest);

    /// <summary>Notes a use; false where the entry is not there.</summary>
    public static bool Touch(string path, DateTimeOffset now)
    {
        try
        {
            if (Directory.Exists(path))
            {
                Directory.SetLastWriteTimeUtc(path, now.UtcDateTime);
                return true;
            }

            File.SetLastWriteTimeUtc(path, now.UtcDateTime);
            return true;
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
    }

    /// <summary>Gives a complete file its name; the same content may be there already.</summary>
    public static void Adopt(string temporary, string path)
    {
        File.SetAttributes(temporary, FileAttributes.ReadOnly);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Gives a complete folder its name, unless someone else was first with the same one.</summary>
    public static void AdoptFolder(string temporary, string path)
    {
        try
        {
            Directory.Move(temporary, path);
        }
        catch (IOException) when (Directory.Exists(path))
        {
            // The twin's folder has the same content: its name says so.
        }
    }
}
