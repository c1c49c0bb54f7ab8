namespace LoraMesh.DatasetPrep.Building;

/// <summary>The sides of a dataset.</summary>
public enum RowSplit
{
    /// <summary>Rows to train on.</summary>
    Train,

    /// <summary>Rows held out, never trained on.</summary>
    Test,
}
