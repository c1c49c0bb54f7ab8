namespace LoraMesh.Text.Decoders;

// Takes up to so many of one character off each end of every token.
internal sealed class StripDecoder(string content, int start, int stop) : TokenDecoder
{
    public override List<string> Decode(List<string> tokens) => tokens.ConvertAll(token =>
    {
        var (first, end) = (0, token.Length);
        for (var i = 0; i < start && token.AsSpan(first).StartsWith(content); i++)
        {
            first += content.Length;
        }

        for (var i = 0; i < stop && end - first >= content.Length && token.AsSpan(first, end - first).EndsWith(content); i++)
        {
            end -= content.Length;
        }

        return token[first..end];
    });
}
