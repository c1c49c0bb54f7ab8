using System.Security.Cryptography;
using System.Text;
using LoraMesh.Contracts;

namespace LoraMesh.Storage.Caching;

/// <summary>The files of one folder by the names that they have in it.</summary>
/// <param name="Digest">SHA-256 over names and hashes, hexadecimal.</param>
/// <param name="Files">The files, ordered by name.</param>
internal sealed record FolderContent(string Digest, IReadOnlyList<NamedBlob> Files)
{
    /// <summary>Names each file by what follows the prefix in its key.</summary>
    public static FolderContent Of(IReadOnlyList<BlobRef> files, string keyPrefix)
    {
        ArgumentNullException.ThrowIfNull(keyPrefix);
        var prefix = keyPrefix.Length == 0 || keyPrefix.EndsWith('/') ? keyPrefix : keyPrefix + "/";
        var named = files.Select(file => new NamedBlob(NameOf(file, prefix), file)).OrderBy(file => file.Name, StringComparer.Ordinal).ToList();
        for (var i = 1; i < named.Count; i++)
        {
            if (named[i].Name == named[i - 1].Name)
            {
                throw new ArgumentException($"Two files have the name '{named[i].Name}' below '{prefix}'.", nameof(files));
            }
        }

        return new FolderContent(DigestOf(named), named);
    }

    /// <summary>SHA-256 over one line of <c>name\0sha256\n</c> a file, in the order given.</summary>
    public static string DigestOf(IEnumerable<NamedBlob> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{file.Name}\0{file.Reference.Sha256}\n"));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static string NameOf(BlobRef file, string prefix)
    {
        var name = file.Key.StartsWith(prefix, StringComparison.Ordinal) ? file.Key[prefix.Length..] : "";
        return BlobKey.Problem(name) is null
            ? name
            : throw new ArgumentException($"The key '{file.Key}' does not name a file below '{prefix}'.", nameof(file));
    }
}

/// <summary>A blob and the name that it has in a folder.</summary>
internal readonly record struct NamedBlob(string Name, BlobRef Reference);
