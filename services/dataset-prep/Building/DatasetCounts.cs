namespace LoraMesh.DatasetPrep.Building;

/// <summary>How many rows were read and what became of them.</summary>
/// <param name="Read">Rows read, good or bad.</param>
/// <param name="Duplicates">Good rows that were there already.</param>
/// <param name="Left">Good rows that were left out for another reason.</param>
/// <param name="Train">Rows in the training split.</param>
/// <param name="Test">Rows in the held-out split.</param>
internal readonly record struct DatasetCounts(long Read, long Duplicates, long Left, long Train, long Test)
{
    /// <summary>Rows in either split.</summary>
    public long Kept => Train + Test;
}
