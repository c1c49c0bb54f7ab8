using System.Security.Cryptography;

namespace LoraMesh.DatasetPrep.Building;

/// <summary>A file that is hashed while it is written.</summary>
internal sealed class HashedFile(string path) : IDisposable
{
    private readonly FileStream _stream = new(path, FileMode.Create, FileAccess.Write, FileShare.Read, 128 * 1024);
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public void Write(ReadOnlySpan<byte> bytes)
    {
        _stream.Write(bytes);
        _hash.AppendData(bytes);
    }

    /// <summary>Ends the file and describes it.</summary>
    public BuiltFile Finish()
    {
        _stream.Dispose();
        return new BuiltFile(path, Convert.ToHexStringLower(_hash.GetHashAndReset()), new FileInfo(path).Length);
    }

    /// <summary>Removes the file.</summary>
    public void Discard()
    {
        _stream.Dispose();
        File.Delete(path);
    }

    public void Dispose()
    {
        _stream.Dispose();
        _hash.Dispose();
    }
}
