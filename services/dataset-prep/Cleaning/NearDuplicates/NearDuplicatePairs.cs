using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Pipeline;
using LoraMesh.DatasetPrep.Rows;

namespace LoraMesh.DatasetPrep.Cleaning.NearDuplicates;

/// <summary>A few of the pairs that were found, for the report: those of the smallest identities, so that the order of finding does not matter.</summary>
internal sealed class NearDuplicatePairs
{
    private const int MaxShown = 20;

    private readonly SortedDictionary<(UInt128 A, UInt128 B), (int RowA, int RowB, double Similarity)> _least = [];

    /// <summary>The pairs with their places, once <see cref="Name"/> has run.</summary>
    public IReadOnlyList<NearDuplicatePair> Shown { get; private set; } = [];

    /// <summary>Takes note of a pair, the smaller identity first.</summary>
    public void Add((UInt128 Identity, int Row) a, (UInt128 Identity, int Row) b, double similarity)
    {
        _least[(a.Identity, b.Identity)] = (a.Row, b.Row, similarity);
        if (_least.Count > MaxShown)
        {
            _least.Remove(_least.Keys.Last());
        }
    }

    /// <summary>Looks up where the rows of the pairs come from.</summary>
    public void Name(RowStore rows, CancellationToken cancellationToken)
    {
        var wanted = _least.Values.SelectMany(pair => (int[])[pair.RowA, pair.RowB]).ToHashSet();
        if (wanted.Count == 0)
        {
            return;
        }

        var places = new Dictionary<int, RowOrigin>();
        foreach (var row in rows.Read(cancellationToken).Where(row => wanted.Contains((int)row.Number)))
        {
            places[(int)row.Number] = new RowOrigin { Id = row.Id, File = rows.Files[row.File], Line = row.Line };
        }

        Shown = [.. _least.Values.Select(pair => new NearDuplicatePair { Row = places[pair.RowA], Other = places[pair.RowB], Similarity = Math.Round(pair.Similarity, 3) })];
    }
}
