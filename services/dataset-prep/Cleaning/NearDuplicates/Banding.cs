namespace LoraMesh.DatasetPrep.Cleaning.NearDuplicates;

/// <summary>
/// Cuts signatures into bands, so that similar rows are very likely to have one in common and can be found by it
/// (locality-sensitive hashing). A pair of similarity s shares one with probability 1 - (1 - s^r)^b.
/// </summary>
internal sealed class Banding
{
    // At the threshold itself; more similar pairs are missed less.
    private const double LeastRecall = 0.99;

    private readonly int _places;

    /// <summary>Chooses the widest bands, which give the fewest false candidates, that find pairs at the threshold.</summary>
    /// <param name="threshold">Similarity, above 0, at most 1.</param>
    public Banding(double threshold)
    {
        _places = 16;
        while (_places > 2 && Recall(threshold) < LeastRecall)
        {
            _places /= 2;
        }
    }

    /// <summary>Number of bands.</summary>
    public int Count => RowSignature.QuestionPlaces / _places;

    /// <summary>The key of one band; only rows whose <see cref="RowSignature.Numbers"/> are equal can share one. Never 0.</summary>
    public ulong Key(RowSignature signature, int band) =>
        MinHash.Hash(signature.Question.Slice(band * _places, _places), signature.Numbers) | 1;

    /// <summary>How likely a pair of a similarity is to share a band.</summary>
    public double Recall(double similarity) => 1 - Math.Pow(1 - Math.Pow(similarity, _places), Count);
}
