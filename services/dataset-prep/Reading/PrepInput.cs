namespace LoraMesh.DatasetPrep.Reading;

/// <summary>One dropped file.</summary>
/// <param name="Name">Its name as reports give it: relative to the project's inbox, '/' between parts.</param>
/// <param name="Path">Where its bytes lie on this machine; not opened where <see cref="InputGate"/> refuses the file.</param>
/// <param name="Bytes">Its length in bytes.</param>
public sealed record PrepInput(string Name, string Path, long Bytes)
{
    /// <summary>An input that lies on this machine.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static PrepInput FromFile(string name, string path) => new(name, path, new FileInfo(path).Length);
}
