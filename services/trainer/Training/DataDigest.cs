using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace LoraMesh.Trainer.Training;

/// <summary>SHA-256 over lists of numbers, each with its length before it.</summary>
internal static class DataDigest
{
    internal static string Of(IEnumerable<int[]> lists, long[] offsets)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var list in lists)
        {
            Add(MemoryMarshal.AsBytes<int>(list));
        }

        Add(MemoryMarshal.AsBytes<long>(offsets));
        return Convert.ToHexStringLower(hash.GetHashAndReset());

        void Add(ReadOnlySpan<byte> bytes)
        {
            Span<byte> length = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(length, bytes.Length);
            hash.AppendData(length);
            hash.AppendData(bytes);
        }
    }
}
