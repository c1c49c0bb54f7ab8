namespace LoraMesh.Text.Models;

// GPT-2's way to write any byte as a printable char: printable Latin-1 stands for itself, the rest moves to U+0100 on.
internal static class ByteAlphabet
{
    private static readonly char[] Chars = Build();
    private static readonly Dictionary<char, byte> Bytes = Chars.Select((c, i) => (c, i)).ToDictionary(p => p.c, p => (byte)p.i);

    public static char CharOf(byte value) => Chars[value];

    public static bool TryByteOf(char c, out byte value) => Bytes.TryGetValue(c, out value);

    private static char[] Build()
    {
        var chars = new char[256];
        var next = 0x100;
        for (var b = 0; b < chars.Length; b++)
        {
            chars[b] = b is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF) ? (char)b : (char)next++;
        }

        return chars;
    }
}
