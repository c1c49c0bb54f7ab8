using System.Text;
using LoraMesh.Text.Models;

namespace LoraMesh.Text.Decoders;

// Reads byte chars back as bytes. A token with any other char, such as a special token in Chinese, is text already.
internal sealed class ByteLevelDecoder : TokenDecoder
{
    public override List<string> Decode(List<string> tokens)
    {
        var bytes = new List<byte>();
        foreach (var token in tokens)
        {
            bytes.AddRange(RawBytes(token)!);
        }

        return [Encoding.UTF8.GetString([.. bytes])];
    }

    public override byte[]? RawBytes(string token)
    {
        var bytes = new byte[token.Length];
        for (var i = 0; i < token.Length; i++)
        {
            if (!ByteAlphabet.TryByteOf(token[i], out bytes[i]))
            {
                return Encoding.UTF8.GetBytes(token);
            }
        }

        return bytes;
    }
}
