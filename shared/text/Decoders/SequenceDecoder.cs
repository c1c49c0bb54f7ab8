namespace LoraMesh.Text.Decoders;

internal sealed class SequenceDecoder(IReadOnlyList<TokenDecoder> items) : TokenDecoder
{
    public override List<string> Decode(List<string> tokens) => items.Aggregate(tokens, (before, item) => item.Decode(before));

    public override byte[]? RawBytes(string token) => items.Select(item => item.RawBytes(token)).FirstOrDefault(bytes => bytes is not null);
}
