using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Building;

namespace LoraMesh.DatasetPrep.Storing;

/// <summary>Describes an accepted outcome as the manifest that goes with its files.</summary>
public static class DatasetManifests
{
    /// <summary>The manifest, naming the files as they lie in <see cref="Buckets.Datasets"/>.</summary>
    /// <exception cref="ArgumentException">The outcome is a rejection.</exception>
    public static DatasetManifest Describe(string project, string datasetId, ModelRef model, IReadOnlyList<BlobRef> inputs, ProjectConfig config, BuildOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(outcome);
        if (outcome is not { Train: { } train, Test: { } test })
        {
            throw new ArgumentException("Rejected data have no manifest.", nameof(outcome));
        }

        BlobRef Reference(BuiltFile file) => new()
        {
            Bucket = Buckets.Datasets,
            Key = $"{project}/{datasetId}/{file.Name}",
            Sha256 = file.Sha256,
            Bytes = file.Bytes,
        };

        DatasetSplit Split(BuiltSplit split) => new()
        {
            Rows = split.Rows,
            Tokens = split.Tokens,
            SupervisedTokens = split.SupervisedTokens,
            Text = Reference(split.Text),
            Shard = Reference(split.Shard),
            MoreShards = [.. split.MoreShards.Select(Reference)],
            HoldsPairs = split.HoldsPairs,
        };

        return new DatasetManifest
        {
            DatasetId = datasetId,
            Project = project,
            PrepVersion = DatasetBuilder.Version,
            Model = model,
            Prep = config.Prep,
            TokensPerBatch = config.Training.TokensPerBatch,
            Stages = outcome.Report.Stages,
            ProblemCounts = outcome.Report.ProblemCounts,
            ReportPage = Reference(outcome.ReportPage),
            Inputs = [.. inputs.OrderBy(input => input.Key, StringComparer.Ordinal)],
            Train = Split(train),
            Test = Split(test),
            RegressionSets = [.. outcome.RegressionSets.Select(set => new RegressionSet { Name = set.Name, Rows = set.Rows, Text = Reference(set.Text) })],
            Report = Reference(outcome.ReportFile),
        };
    }
}
