namespace LoraMesh.DatasetPrep.Building;

/// <summary>A regression set as it was built.</summary>
/// <param name="Name">File as it was dropped.</param>
/// <param name="Rows">Number of rows; at least 1.</param>
/// <param name="Text">The canonical rows.</param>
public sealed record BuiltRegressionSet(string Name, int Rows, BuiltFile Text);
