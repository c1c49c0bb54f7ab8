namespace LoraMesh.Text.Normalizers;

// Rewrites text before it is split.
internal abstract class Normalizer
{
    public abstract NormalizedText Apply(NormalizedText text);
}
