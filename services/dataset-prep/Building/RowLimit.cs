using LoraMesh.Contracts;

namespace LoraMesh.DatasetPrep.Building;

/// <summary>Most tokens of one row, and the setting that says so.</summary>
/// <param name="Tokens">The number; at least 1.</param>
/// <param name="Setting">The smallest of the settings that bound it.</param>
internal sealed record RowLimit(int Tokens, string Setting)
{
    /// <summary>The tightest of configuration, model and batch: a row must fit into one micro-batch whole.</summary>
    public static RowLimit Of(ProjectConfig config, int? maxPositions)
    {
        RowLimit[] limits =
        [
            new(config.Prep.MaxSequenceLength, "prep.max_sequence_length"),
            new(config.Training.TokensPerBatch, "training.tokens_per_batch"),
            OfModel(maxPositions),
        ];
        return limits.MinBy(limit => limit.Tokens)!;
    }

    /// <summary>What the model alone allows.</summary>
    public static RowLimit OfModel(int? maxPositions) => new(maxPositions ?? int.MaxValue, "max_position_embeddings of the base model");
}
