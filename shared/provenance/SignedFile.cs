using System.Security.Cryptography;

namespace LoraMesh.Provenance;

/// <summary>A file of a folder that is signed or checked.</summary>
/// <param name="Name">Path below the folder, with <c>/</c> between its parts.</param>
/// <param name="Sha256">SHA-256 of its bytes, 64 lower-case hexadecimal digits.</param>
public sealed record SignedFile(string Name, string Sha256)
{
    /// <summary>Reads every file of a folder, that of its signature and those of Git left out, ordered by name.</summary>
    /// <exception cref="SignatureRefusedException">There is a link in it, which could lead anywhere.</exception>
    public static IReadOnlyList<SignedFile> OfFolder(string folder)
    {
        var root = new DirectoryInfo(folder);
        var files = new List<SignedFile>();
        foreach (var entry in root.EnumerateFileSystemInfos("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None, ReturnSpecialDirectories = false }))
        {
            var name = Path.GetRelativePath(root.FullName, entry.FullName).Replace(Path.DirectorySeparatorChar, '/');
            if (entry.LinkTarget is not null)
            {
                throw new SignatureRefusedException("link", $"{name} is a link; sign and check the files themselves.");
            }

            if (entry is FileInfo file && !ModelSignature.IsNeverSigned(name))
            {
                using var content = file.OpenRead();
                files.Add(new SignedFile(name, Convert.ToHexStringLower(SHA256.HashData(content))));
            }
        }

        return [.. files.OrderBy(file => file.Name, StringComparer.Ordinal)];
    }
}
