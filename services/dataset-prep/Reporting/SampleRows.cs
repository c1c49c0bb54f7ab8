using LoraMesh.DatasetPrep.Building;
using LoraMesh.DatasetPrep.Pipeline;

namespace LoraMesh.DatasetPrep.Reporting;

/// <summary>A row as it is shown.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Split">Its side.</param>
/// <param name="File">Where it comes from.</param>
/// <param name="Line">Its line there.</param>
/// <param name="Sequences">Its tokens, of a preference pair both sides.</param>
internal sealed record SampleRow(string Id, RowSplit Split, string File, int Line, IReadOnlyList<TokenSequence> Sequences);

/// <summary>Picks some rows of each side to show. Those with the smallest identities: a choice without pattern, and the same in whatever order the rows come.</summary>
internal sealed class SampleRows
{
    private const int TrainRows = 4;
    private const int TestRows = 2;

    private readonly SortedList<UInt128, SampleRow> _train = [];
    private readonly SortedList<UInt128, SampleRow> _test = [];

    /// <summary>The rows, those to train on first.</summary>
    public IReadOnlyList<SampleRow> Rows => [.. _train.Values, .. _test.Values];

    /// <summary>Looks at a row.</summary>
    public void Consider(StoredRow row, RowSplit split, string file)
    {
        var (rows, most) = split == RowSplit.Train ? (_train, TrainRows) : (_test, TestRows);
        if ((rows.Count < most || row.Identity < rows.Keys[^1]) && !rows.ContainsKey(row.Identity))
        {
            // The row's own memory is used again for the next.
            rows.Add(row.Identity, new SampleRow(row.Id, split, file, row.Line, [.. row.Sequences.Select(sequence => new TokenSequence(sequence.Marked.ToArray()))]));
            if (rows.Count > most)
            {
                rows.RemoveAt(most);
            }
        }
    }
}
