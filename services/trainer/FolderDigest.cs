using System.Security.Cryptography;
using System.Text;

namespace LoraMesh.Trainer;

/// <summary>SHA-256 over the settings and weights of a folder: names and contents of its JSON and safetensors files.</summary>
internal static class FolderDigest
{
    internal static string Of(string folder)
    {
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var path in Directory.EnumerateFiles(folder).Where(path => Path.GetExtension(path) is ".json" or ".safetensors").Order(StringComparer.Ordinal))
        {
            using var content = File.OpenRead(path);
            all.AppendData(Encoding.UTF8.GetBytes($"{Path.GetFileName(path)}\n{Convert.ToHexStringLower(SHA256.HashData(content))}\n"));
        }

        return Convert.ToHexStringLower(all.GetHashAndReset());
    }
}
