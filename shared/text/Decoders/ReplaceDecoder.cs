using LoraMesh.Text.Normalizers;
using LoraMesh.Text.Patterns;

namespace LoraMesh.Text.Decoders;

internal sealed class ReplaceDecoder(TextPattern pattern, string content) : TokenDecoder
{
    private readonly ReplaceNormalizer _replace = new(pattern, content);

    public override List<string> Decode(List<string> tokens) => tokens.ConvertAll(token => _replace.Apply(new NormalizedText(token)).Text);
}
