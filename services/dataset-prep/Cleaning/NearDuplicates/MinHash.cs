using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace LoraMesh.DatasetPrep.Cleaning.NearDuplicates;

/// <summary>
/// MinHash of a text's runs of five chars (Broder, "On the resemblance and containment of documents", 1997): the share of equal
/// places in two signatures estimates the Jaccard similarity of the two sets of runs. The same on every machine.
/// </summary>
internal static class MinHash
{
    /// <summary>Chars of one run.</summary>
    public const int RunChars = 5;

    /// <summary>Longest signature.</summary>
    public const int MaxLength = 128;

    private const ulong Base = 0x9E3779B97F4A7C15;

    private static readonly uint[] Flips = Series(1);
    private static readonly uint[] Factors = [.. Series(2).Select(value => value | 1)];

    /// <summary>Fills a signature, whose length is a multiple of 8; a text shorter than a run is one run.</summary>
    public static void Sign(ReadOnlySpan<char> text, Span<uint> signature)
    {
        signature.Fill(uint.MaxValue);
        var lead = 1ul;
        for (var i = 0; i < RunChars; i++)
        {
            lead *= Base;
        }

        var hash = 0ul;
        for (var i = 0; i < text.Length; i++)
        {
            hash = (hash * Base) + text[i] + 1;
            if (i >= RunChars)
            {
                hash -= lead * (text[i - RunChars] + 1ul);
            }

            if (i >= RunChars - 1 || i == text.Length - 1)
            {
                Take((uint)(Mixed(hash) >> 32), signature);
            }
        }
    }

    /// <summary>The share of equal places.</summary>
    public static double Similarity(ReadOnlySpan<uint> a, ReadOnlySpan<uint> b)
    {
        var equal = 0;
        for (var i = 0; i < a.Length; i++)
        {
            equal += a[i] == b[i] ? 1 : 0;
        }

        return (double)equal / a.Length;
    }

    /// <summary>A hash of a text that is the same everywhere.</summary>
    public static ulong Hash(ReadOnlySpan<char> text)
    {
        var hash = (ulong)text.Length;
        foreach (var c in text)
        {
            hash = Mixed((hash ^ c) * Base);
        }

        return hash;
    }

    /// <summary>A hash of numbers that is the same everywhere.</summary>
    public static ulong Hash(ReadOnlySpan<uint> numbers, ulong seed)
    {
        foreach (var number in numbers)
        {
            seed = Mixed((seed ^ number) * Base);
        }

        return seed;
    }

    private static void Take(uint run, Span<uint> signature)
    {
        var value = Vector256.Create(run);
        var flips = MemoryMarshal.Cast<uint, Vector256<uint>>(Flips.AsSpan(0, signature.Length));
        var factors = MemoryMarshal.Cast<uint, Vector256<uint>>(Factors.AsSpan(0, signature.Length));
        var least = MemoryMarshal.Cast<uint, Vector256<uint>>(signature);
        for (var i = 0; i < least.Length; i++)
        {
            least[i] = Vector256.Min(least[i], (value ^ flips[i]) * factors[i]);
        }
    }

    private static uint[] Series(ulong seed)
    {
        var numbers = new uint[MaxLength];
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = (uint)(Mixed((seed << 32) + ((ulong)i * Base)) >> 32);
        }

        return numbers;
    }

    // The finalizer of SplitMix64 (Steele, Lea, Flood 2014).
    private static ulong Mixed(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
