namespace LoraMesh.Text.Decoders;

// What a tokenizer without a decoder does: tokens with spaces between.
internal sealed class SpaceDecoder : TokenDecoder
{
    public override List<string> Decode(List<string> tokens) => [string.Join(' ', tokens)];
}
