using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Building;
using LoraMesh.DatasetPrep.Reporting;
using LoraMesh.DatasetPrep.Rows;
using LoraMesh.DatasetPrep.Splits;

namespace LoraMesh.DatasetPrep.Pipeline;

/// <summary>Writes the rows that no pass has dropped to their sides, and those of regression sets to files of their own.</summary>
internal sealed class WritingStage(ProjectConfig config, string folder, SampleRows samples, ProgressMeter meter)
{
    /// <summary>The stage's name in progress.</summary>
    public const string Name = "write";

    /// <summary>Writes both splits, each of which must have a row, and the regression sets.</summary>
    public (BuiltSplit Train, BuiltSplit Test, IReadOnlyList<BuiltRegressionSet> Sets) Run(RowStore rows, RowMarks marks, CancellationToken cancellationToken)
    {
        var pairs = rows.Kinds.ContainsKey(RowKind.Preference);
        using var train = Open(DatasetFileNames.Train, pairs);
        using var test = Open(DatasetFileNames.Test, pairs);
        using var sets = new RegressionSetWriter(folder);
        foreach (var row in rows.Read(cancellationToken))
        {
            if (marks.SplitOf(row.Number) is { } split)
            {
                (split == RowSplit.Train ? train : test).Add(row, rows.Files[row.File]);
                samples.Consider(row, split, rows.Files[row.File]);
            }
            else if (marks.ReasonOf(row.Number) == RegressionSets.Reason)
            {
                sets.Add(row, rows.Files[row.File]);
            }

            meter.Report(Name, row.Number + 1, rows.Count);
        }

        return (train.Finish(), test.Finish(), sets.Finish());
    }

    private SplitWriter Open(string name, bool pairs) => new(folder, name, config.Training.TokensPerBatch, config.Prep.ShardTokens, pairs);
}
