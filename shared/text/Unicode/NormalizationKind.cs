namespace LoraMesh.Text.Unicode;

internal enum NormalizationKind
{
    CanonicalComposed,
    CanonicalDecomposed,
    CompatibilityComposed,
    CompatibilityDecomposed,
}
