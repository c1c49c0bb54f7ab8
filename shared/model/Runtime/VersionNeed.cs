using System.Buffers.Binary;
using System.Text;

namespace LoraMesh.Model.Runtime;

/// <summary>
/// Edits the symbol-version needs of an ELF library. The native half of TorchSharp asks for a version of the C++
/// runtime that long-lived distributions lack, though no symbol that it uses has that version: marked weak, the need
/// no longer stops the loader. One byte of a copy changes; code and data do not.
/// Layout: System V ABI, "Symbol Versioning" of the LSB core specification (Elfxx_Verneed, Elfxx_Vernaux).
/// </summary>
public static class VersionNeed
{
    private const uint SectionOfNeeds = 0x6ffffffe; // SHT_GNU_verneed
    private const ushort Weak = 2; // VER_FLG_WEAK

    /// <summary>Marks every need of one version as weak, in place.</summary>
    /// <param name="elf">A little-endian 64-bit ELF file.</param>
    /// <param name="version">Such as <c>GLIBCXX_3.4.32</c>.</param>
    /// <returns>How many needs were changed.</returns>
    /// <exception cref="InvalidDataException">The bytes are not such a file, or its tables point outside of it.</exception>
    public static int MarkWeak(Span<byte> elf, string version)
    {
        if (elf.Length < 64 || !elf[..6].SequenceEqual("\u007fELF\u0002\u0001"u8))
        {
            throw new InvalidDataException("Expected a little-endian 64-bit ELF file.");
        }

        try
        {
            return MarkSections(elf, Encoding.ASCII.GetBytes(version));
        }
        catch (Exception problem) when (problem is ArgumentOutOfRangeException or IndexOutOfRangeException or OverflowException)
        {
            throw new InvalidDataException("The ELF file's section tables point outside of the file.", problem);
        }
    }

    private static int MarkSections(Span<byte> elf, ReadOnlySpan<byte> version)
    {
        var sections = Long(elf, 0x28);
        int size = Half(elf, 0x3A), count = Half(elf, 0x3C), changed = 0;
        for (var index = 0; index < count; index++)
        {
            var section = sections + index * size;
            if (BinaryPrimitives.ReadUInt32LittleEndian(elf[(section + 4)..]) == SectionOfNeeds)
            {
                var strings = Long(elf, sections + (Word(elf, section + 40) * size) + 24);
                changed += MarkNeeds(elf, Long(elf, section + 24), strings, version);
            }
        }

        return changed;
    }

    private static int MarkNeeds(Span<byte> elf, int need, int strings, ReadOnlySpan<byte> version)
    {
        var changed = 0;
        while (true)
        {
            var needed = need + Word(elf, need + 8);
            for (var left = Half(elf, need + 2); left > 0; left--)
            {
                var name = elf[(strings + Word(elf, needed + 8))..];
                if (name.StartsWith(version) && name[version.Length] == 0)
                {
                    var flags = Half(elf, needed + 4);
                    changed += (flags & Weak) == 0 ? 1 : 0;
                    BinaryPrimitives.WriteUInt16LittleEndian(elf[(needed + 4)..], (ushort)(flags | Weak));
                }

                needed += Word(elf, needed + 12);
            }

            var next = Word(elf, need + 12);
            if (next == 0)
            {
                return changed;
            }

            need = checked(need + next);
        }
    }

    private static ushort Half(ReadOnlySpan<byte> elf, int at) => BinaryPrimitives.ReadUInt16LittleEndian(elf[at..]);

    private static int Word(ReadOnlySpan<byte> elf, int at) => checked((int)BinaryPrimitives.ReadUInt32LittleEndian(elf[at..]));

    private static int Long(ReadOnlySpan<byte> elf, int at) => checked((int)BinaryPrimitives.ReadUInt64LittleEndian(elf[at..]));
}
