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
            var before = bytes.Count;
            foreach (var c in token)
            {
                if (!ByteAlphabet.TryByteOf(c, out var value))
                {
                    bytes.RemoveRange(before, bytes.Count - before);
                    bytes.AddRange(Encoding.UTF8.GetBytes(token));
                    break;
                }

                bytes.Add(value);
            }
        }

        return [Encoding.UTF8.GetString([.. bytes])];
    }
}
