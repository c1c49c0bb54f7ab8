namespace LoraMesh.Text.Decoders;

// Turns tokens back into pieces of text, which are then joined.
internal abstract class TokenDecoder
{
    public abstract List<string> Decode(List<string> tokens);
}
