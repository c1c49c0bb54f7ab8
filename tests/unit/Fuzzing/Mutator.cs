using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace LoraMesh.UnitTests.Fuzzing;

/// <summary>Damages good input, the same way for the same seed: bits, bytes, cuts, doublings, splices of two inputs, numbers, lengths and words of its language.</summary>
internal sealed class Mutator(int seed, IReadOnlyList<byte[]> words)
{
    /// <summary>No input is longer.</summary>
    public const int MaxBytes = 1 << 16;

    private static readonly string[] Numbers = ["0", "-1", "1e308", "1e999", "2147483647", "2147483648", "-9223372036854775808", "18446744073709551616", "0.5", "1e-400"];

    private readonly Random _random = new(seed);

    /// <summary>One of the seeds, damaged one to six times.</summary>
    public byte[] Next(IReadOnlyList<byte[]> seeds)
    {
        var bytes = Pick(seeds);
        for (var changes = _random.Next(1, 7); changes > 0; changes--)
        {
            bytes = Change(bytes, seeds);
        }

        return bytes.Length <= MaxBytes ? bytes : bytes[..MaxBytes];
    }

    private byte[] Change(byte[] bytes, IReadOnlyList<byte[]> seeds)
    {
        var at = _random.Next(bytes.Length + 1);
        var until = Math.Min(bytes.Length, at + _random.Next(1, 1 << _random.Next(1, 8)));
        switch (_random.Next(9))
        {
            case 0 when at < bytes.Length:
                return [.. bytes[..at], (byte)(bytes[at] ^ (1 << _random.Next(8))), .. bytes[(at + 1)..]];
            case 1 when at < bytes.Length:
                return [.. bytes[..at], (byte)_random.Next(256), .. bytes[(at + 1)..]];
            case 2:
                return [.. bytes[..at], .. bytes[until..]];
            case 3:
                return [.. bytes[..until], .. bytes[at..]];
            case 4:
                var other = Pick(seeds);
                return [.. bytes[..at], .. other[_random.Next(other.Length + 1)..]];
            case 5:
                return ChangeNumber(bytes);
            case 6 when bytes.Length >= at + 8:
                return ChangeLength(bytes, at);
            case 7:
                return bytes[..at];
            default:
                return [.. bytes[..at], .. Pick(words), .. bytes[(_random.Next(2) == 0 ? at : until)..]];
        }
    }

    // The first run of digits from a random place on becomes another number.
    private byte[] ChangeNumber(byte[] bytes)
    {
        var from = _random.Next(bytes.Length + 1);
        var start = bytes.AsSpan(from).IndexOfAnyInRange((byte)'0', (byte)'9');
        if (start < 0)
        {
            return bytes;
        }

        start += from;
        var length = bytes.AsSpan(start).IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        var end = length < 0 ? bytes.Length : start + length;
        var number = _random.Next(2) == 0 ? Numbers[_random.Next(Numbers.Length)] : _random.Next(1000).ToString(CultureInfo.InvariantCulture);
        return [.. bytes[..start], .. Encoding.ASCII.GetBytes(number), .. bytes[end..]];
    }

    private byte[] ChangeLength(byte[] bytes, int at)
    {
        var changed = bytes.ToArray();
        at = _random.Next(2) == 0 ? 0 : at;
        var old = BinaryPrimitives.ReadInt64LittleEndian(changed.AsSpan(at));
        var values = new[] { old + 1, old - 1, old * 2, 0, -1, long.MaxValue, int.MaxValue, 1L << _random.Next(63) };
        BinaryPrimitives.WriteInt64LittleEndian(changed.AsSpan(at), values[_random.Next(values.Length)]);
        return changed;
    }

    private byte[] Pick(IReadOnlyList<byte[]> from) => from[_random.Next(from.Count)];
}
