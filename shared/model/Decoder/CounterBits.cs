using System.Runtime.Intrinsics;

namespace LoraMesh.Model.Decoder;

/// <summary>
/// Random bits as a function of seed, stream and position, so that nothing needs to be kept to make them again. Of a position: a
/// 32-bit hash (two multiply-xorshift rounds, as in MurmurHash3's finalizer), which vectorises; the start comes from seed and
/// stream by SplitMix64 (Steele et al., 2014, doi:10.1145/2660193.2660195).
/// </summary>
internal static class CounterBits
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    /// <summary>What positions of a stream are counted from.</summary>
    internal static uint Start(ulong seed, int stream) => (uint)Mix((seed * Golden) ^ (uint)stream);

    /// <summary>32 bits for each position.</summary>
    internal static Vector256<uint> Of(Vector256<uint> x)
    {
        x = (x ^ (x >>> 16)) * 0x85EBCA6Bu;
        x = (x ^ (x >>> 13)) * 0xC2B2AE35u;
        return x ^ (x >>> 16);
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
