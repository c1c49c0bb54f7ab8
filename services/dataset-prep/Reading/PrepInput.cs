namespace LoraMesh.DatasetPrep.Reading;

/// <summary>One dropped file.</summary>
/// <param name="Name">Its name as reports give it: relative to the project's inbox, '/' between parts.</param>
/// <param name="Path">Where its bytes lie on this machine; not opened where <see cref="InputGate"/> refuses the file.</param>
/// <param name="Bytes">Its length in bytes.</param>
public sealed record PrepInput(string Name, string Path, long Bytes)
{
    /// <summary>What a symbolic link leads to; null for a file. A link is told, and not followed.</summary>
    public string? LinkTarget { get; init; }

    /// <summary>An input that lies on this machine.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static PrepInput FromFile(string name, string path) => new(name, path, new FileInfo(path).Length);

    /// <summary>A symbolic link, whether or not there is anything at its end.</summary>
    public static PrepInput FromLink(string name, string path) => new(name, path, 0) { LinkTarget = new FileInfo(path).LinkTarget ?? string.Empty };
}
