using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Pipeline;

namespace LoraMesh.DatasetPrep.Cleaning.NearDuplicates;

// Which rows are compared and which one stays depends on their content alone, never on the order in which they come:
// candidates are looked at in the order of their identities.

/// <summary>Finds rows that say almost the same, and drops all of them but one where the project says so.</summary>
/// <param name="scratch">Folder for signatures.</param>
/// <param name="config">What counts as alike and what is done about it.</param>
/// <param name="rowsPerSlice">Most rows of one band that are sorted in memory at once.</param>
internal sealed class NearDuplicates(string scratch, NearDuplicateConfig config, long rowsPerSlice = NearDuplicates.DefaultRowsPerSlice) : IRowPass
{
    /// <summary>The reason that dropped rows bear.</summary>
    public const string Reason = "near_duplicate";

    private const long DefaultRowsPerSlice = 1_000_000;

    // A row is compared with so many before it that share a band: many alike rows hang together through their neighbours.
    private const int Neighbours = 32;

    private readonly Banding _banding = new(config.Threshold);
    private readonly NearDuplicatePairs _pairs = new();

    public string Name => "near_duplicates";

    /// <summary>The groups that were found; null before the pass ran.</summary>
    public RowGroups? Groups { get; private set; }

    /// <summary>Some of the pairs that were found.</summary>
    public IReadOnlyList<NearDuplicatePair> Pairs => _pairs.Shown;

    public void Run(RowStore rows, RowMarks marks, CancellationToken cancellationToken)
    {
        using var signatures = new SignatureFile(scratch, _banding.Count);
        foreach (var row in rows.Read(cancellationToken))
        {
            var text = marks.IsKept(row.Number) ? ComparedText.Of(row) : null;
            signatures.Append(text is { } compared ? RowSignature.Of(compared) : null, _banding);
        }

        Groups = new RowGroups(rows.Count);
        var slices = (ulong)((rows.Count + rowsPerSlice - 1) / rowsPerSlice);
        for (var band = 0; band < _banding.Count; band++)
        {
            for (var slice = 0ul; slice < slices; slice++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Compare(Candidates(rows, signatures, band, slice, slices, cancellationToken), signatures);
            }
        }

        if (config.Policy == NearDuplicatePolicy.Drop)
        {
            Drop(rows, marks, cancellationToken);
        }

        _pairs.Name(rows, cancellationToken);
    }

    private static List<Candidate> Candidates(RowStore rows, SignatureFile signatures, int band, ulong slice, ulong slices, CancellationToken cancellationToken)
    {
        var candidates = new List<Candidate>();
        var row = 0;
        foreach (var (key, identity) in signatures.ReadKeys(band).Zip(rows.ReadIdentities(cancellationToken)))
        {
            // The lowest bit is always set.
            if (key != 0 && (key >> 1) % slices == slice)
            {
                candidates.Add(new Candidate(key, identity, row));
            }

            row++;
        }

        candidates.Sort();
        return candidates;
    }

    private void Compare(List<Candidate> candidates, SignatureFile signatures)
    {
        var before = new Queue<(Candidate Row, RowSignature Signature)>(Neighbours + 1);
        for (var i = 0; i < candidates.Count; i++)
        {
            var candidate = candidates[i];
            if (before.TryPeek(out var first) && first.Row.Key != candidate.Key)
            {
                before.Clear();
            }

            // The last of a band's rows with one key has nobody to be compared with later.
            var isFollowed = i + 1 < candidates.Count && candidates[i + 1].Key == candidate.Key;
            if (before.Count == 0 && !isFollowed)
            {
                continue;
            }

            var signature = signatures.Read(candidate.Row);
            foreach (var (other, otherSignature) in before)
            {
                var similarity = Groups!.Root(other.Row) == Groups.Root(candidate.Row) ? 0 : signature.Similarity(otherSignature);
                if (similarity >= config.Threshold)
                {
                    Groups.Join(other.Row, candidate.Row);
                    _pairs.Add((other.Identity, other.Row), (candidate.Identity, candidate.Row), similarity);
                }
            }

            before.Enqueue((candidate, signature));
            if (before.Count > Neighbours)
            {
                before.Dequeue();
            }
        }
    }

    // The row of the smallest identity stays.
    private void Drop(RowStore rows, RowMarks marks, CancellationToken cancellationToken)
    {
        var least = new Dictionary<int, UInt128>();
        foreach (var (row, identity) in Grouped(rows, cancellationToken))
        {
            var root = Groups!.Root(row);
            least[root] = least.TryGetValue(root, out var smallest) ? UInt128.Min(smallest, identity) : identity;
        }

        foreach (var (row, identity) in Grouped(rows, cancellationToken))
        {
            if (identity != least[Groups!.Root(row)])
            {
                marks.Drop(row, Reason);
            }
        }
    }

    private IEnumerable<(int Row, UInt128 Identity)> Grouped(RowStore rows, CancellationToken cancellationToken) =>
        rows.ReadIdentities(cancellationToken).Select((identity, row) => (row, identity)).Where(entry => Groups!.IsGrouped(entry.row));

    private readonly record struct Candidate(ulong Key, UInt128 Identity, int Row) : IComparable<Candidate>
    {
        public int CompareTo(Candidate other) =>
            Key != other.Key ? Key.CompareTo(other.Key) : Identity != other.Identity ? Identity.CompareTo(other.Identity) : Row.CompareTo(other.Row);
    }
}
