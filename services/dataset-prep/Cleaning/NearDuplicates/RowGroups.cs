namespace LoraMesh.DatasetPrep.Cleaning.NearDuplicates;

/// <summary>Groups of rows that are alike, directly or through others (disjoint sets); four bytes a row.</summary>
/// <param name="rows">Number of rows.</param>
internal sealed class RowGroups(long rows)
{
    // 0 for a row that is alone, else the number of a row of the same group plus 1.
    private readonly int[] _parents = new int[checked((int)rows)];

    /// <summary>The row that stands for the group of a row.</summary>
    public int Root(int row)
    {
        var root = row;
        while (_parents[root] != 0 && _parents[root] - 1 != root)
        {
            root = _parents[root] - 1;
        }

        while (_parents[row] != 0 && row != root)
        {
            (row, _parents[row]) = (_parents[row] - 1, root + 1);
        }

        return root;
    }

    /// <summary>Whether a row is in a group with others.</summary>
    public bool IsGrouped(int row) => _parents[row] != 0;

    /// <summary>Joins the groups of two rows.</summary>
    public void Join(int a, int b)
    {
        var (rootA, rootB) = (Root(a), Root(b));
        _parents[Math.Max(rootA, rootB)] = Math.Min(rootA, rootB) + 1;
        _parents[Math.Min(rootA, rootB)] = Math.Min(rootA, rootB) + 1;
    }
}
