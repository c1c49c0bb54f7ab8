namespace LoraMesh.Text.Decoders;

// Turns tokens back into pieces of text, which are then joined.
internal abstract class TokenDecoder
{
    public abstract List<string> Decode(List<string> tokens);

    // The bytes that a token stands for by itself, where they need not be a whole character; null where its text says all.
    public virtual byte[]? RawBytes(string token) => null;
}
