namespace LoraMesh.DatasetPrep.Building;

/// <summary>One split as it was built.</summary>
/// <param name="Rows">Number of rows; at least 1.</param>
/// <param name="Tokens">Number of tokens, those without loss included.</param>
/// <param name="SupervisedTokens">Number of tokens that carry loss.</param>
/// <param name="Text">The canonical rows.</param>
/// <param name="Shard">The token shard.</param>
public sealed record BuiltSplit(int Rows, long Tokens, long SupervisedTokens, BuiltFile Text, BuiltFile Shard);
