namespace LoraMesh.Text.Normalizers;

internal sealed class SequenceNormalizer(IReadOnlyList<Normalizer> items) : Normalizer
{
    public override NormalizedText Apply(NormalizedText text) => items.Aggregate(text, (before, item) => item.Apply(before));
}
