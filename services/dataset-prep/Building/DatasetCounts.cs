namespace LoraMesh.DatasetPrep.Building;

/// <summary>How many rows were read and what became of them.</summary>
/// <param name="Read">Rows read, good or bad.</param>
/// <param name="Duplicates">Rows that were there already.</param>
/// <param name="Train">Rows in the training split.</param>
/// <param name="Test">Rows in the held-out split.</param>
internal readonly record struct DatasetCounts(int Read, int Duplicates, int Train, int Test)
{
    /// <summary>Rows in either split.</summary>
    public int Kept => Train + Test;
}
