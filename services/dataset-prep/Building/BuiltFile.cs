using System.Security.Cryptography;

namespace LoraMesh.DatasetPrep.Building;

/// <summary>A file that was built.</summary>
/// <param name="Path">Where it lies on this machine.</param>
/// <param name="Sha256">SHA-256 of its bytes, 64 lower-case hexadecimal digits.</param>
/// <param name="Bytes">Its length.</param>
public sealed record BuiltFile(string Path, string Sha256, long Bytes)
{
    /// <summary>Its name without the folder.</summary>
    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>Reads a file once to describe it.</summary>
    public static BuiltFile Describe(string path)
    {
        using var stream = File.OpenRead(path);
        return new BuiltFile(path, Convert.ToHexStringLower(SHA256.HashData(stream)), stream.Length);
    }
}
