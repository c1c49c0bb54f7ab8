using System.Security.Cryptography;
using System.Text;

namespace LoraMesh.DatasetPrep.Storing;

/// <summary>Something by name and content.</summary>
/// <param name="Name">Its name, '/' between parts.</param>
/// <param name="Sha256">SHA-256 of its content, 64 lower-case hexadecimal digits.</param>
public readonly record struct HashedName(string Name, string Sha256)
{
    /// <summary>A hash over several, in their order.</summary>
    public static string DigestOf(IEnumerable<HashedName> files) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(files.Select(file => $"{file.Name}\n{file.Sha256}\n")))));
}
