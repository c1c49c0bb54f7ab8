namespace LoraMesh.DatasetPrep.Pipeline;

// The identities are read once for every slice of them: a slice is what a set of bounded size can hold.

/// <summary>Drops every row that equals an earlier one.</summary>
/// <param name="rowsPerSlice">Most identities that are held in memory at once.</param>
internal sealed class ExactDuplicates(long rowsPerSlice = ExactDuplicates.DefaultRowsPerSlice) : IRowPass
{
    /// <summary>The reason that dropped rows bear.</summary>
    public const string Reason = "duplicate";

    private const long DefaultRowsPerSlice = 1_000_000;

    public string Name => "deduplicate";

    public void Run(RowStore rows, RowMarks marks, CancellationToken cancellationToken)
    {
        var slices = (uint)((rows.Count + rowsPerSlice - 1) / rowsPerSlice);
        var seen = new HashSet<UInt128>();
        for (var slice = 0u; slice < slices; slice++)
        {
            seen.Clear();
            var number = 0L;
            foreach (var identity in rows.ReadIdentities(cancellationToken))
            {
                if ((uint)identity % slices == slice && !seen.Add(identity))
                {
                    marks.Drop(number, Reason);
                }

                number++;
            }
        }
    }
}
