namespace LoraMesh.Text.Decoders;

internal sealed class SequenceDecoder(IReadOnlyList<TokenDecoder> items) : TokenDecoder
{
    public override List<string> Decode(List<string> tokens) => items.Aggregate(tokens, (before, item) => item.Decode(before));
}
