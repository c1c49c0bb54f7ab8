namespace LoraMesh.Text.Normalizers;

// Takes white space off the ends.
internal sealed class StripNormalizer(bool left, bool right) : Normalizer
{
    public override NormalizedText Apply(NormalizedText text)
    {
        var start = left ? text.Text.Length - text.Text.AsSpan().TrimStart().Length : 0;
        var end = right ? Math.Max(start, text.Text.AsSpan().TrimEnd().Length) : text.Text.Length;
        return text.Slice(start, end);
    }
}
