namespace LoraMesh.DatasetPrep.Splits;

/// <summary>Chooses a share of all hashes: the smallest ones, so that a larger share holds every hash of a smaller one.</summary>
internal static class HashShare
{
    /// <summary>Whether a hash is among them.</summary>
    public static bool Holds(ulong hash, double share) => share >= 1 || hash / Math.Pow(2, 64) < share;
}
