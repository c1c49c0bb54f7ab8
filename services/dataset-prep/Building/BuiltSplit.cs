using LoraMesh.Contracts;

namespace LoraMesh.DatasetPrep.Building;

/// <summary>One split as it was built.</summary>
/// <param name="Rows">Number of rows; at least 1.</param>
/// <param name="Tokens">Number of tokens, those without loss included.</param>
/// <param name="SupervisedTokens">Number of tokens that carry loss.</param>
/// <param name="Text">The canonical rows.</param>
/// <param name="Shard">The token shard, or the first of several.</param>
public sealed record BuiltSplit(int Rows, long Tokens, long SupervisedTokens, BuiltFile Text, BuiltFile Shard)
{
    /// <summary>The shards after the first, in order.</summary>
    public IReadOnlyList<BuiltFile> MoreShards { get; init; } = [];

    /// <summary>Token sequences by length.</summary>
    public IReadOnlyList<LengthRange> Lengths { get; init; } = [];

    /// <summary>Whether each row is a preference pair: two sequences, the better one first.</summary>
    public bool HoldsPairs { get; init; }

    /// <summary>All shards in order.</summary>
    public IEnumerable<BuiltFile> Shards => MoreShards.Prepend(Shard);

    /// <summary>Every file of the split.</summary>
    public IEnumerable<BuiltFile> Files => Shards.Prepend(Text);
}
