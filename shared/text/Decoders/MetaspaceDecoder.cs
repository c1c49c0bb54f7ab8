namespace LoraMesh.Text.Decoders;

// Reads the mark as a space again; the first token's marks go where encoding put one before the text.
internal sealed class MetaspaceDecoder(string mark, bool dropsFirst) : TokenDecoder
{
    public override List<string> Decode(List<string> tokens)
    {
        var texts = tokens.ConvertAll(token => token.Replace(mark, " ", StringComparison.Ordinal));
        if (dropsFirst && tokens.Count > 0)
        {
            texts[0] = tokens[0].Replace(mark, "", StringComparison.Ordinal);
        }

        return texts;
    }
}
