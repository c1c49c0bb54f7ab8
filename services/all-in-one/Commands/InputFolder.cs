namespace LoraMesh.AllInOne.Commands;

/// <summary>What of a folder is data: the same as of a project's inbox.</summary>
internal static class InputFolder
{
    private static readonly string[] Settings = ["project.yaml", "_READY"];

    /// <summary>Files, and symbolic links to whatever, by their names below the folder. Hidden ones are left out, and links are not followed.</summary>
    public static IEnumerable<(string Name, string Path)> Files(string folder)
    {
        var options = new EnumerationOptions { AttributesToSkip = FileAttributes.None };
        var folders = new Stack<string>([folder]);
        while (folders.TryPop(out var next))
        {
            foreach (var path in Directory.EnumerateFileSystemEntries(next, "*", options))
            {
                var name = Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/');
                if (Path.GetFileName(path).StartsWith('.') || Settings.Contains(name))
                {
                    continue;
                }

                if (!IsLink(path) && Directory.Exists(path))
                {
                    folders.Push(path);
                }
                else
                {
                    yield return (name, path);
                }
            }
        }
    }

    /// <summary>Whether the path is a symbolic link.</summary>
    public static bool IsLink(string path) => new FileInfo(path).LinkTarget is not null;
}
