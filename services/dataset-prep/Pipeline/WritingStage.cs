using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Building;
using LoraMesh.DatasetPrep.Reporting;
using LoraMesh.DatasetPrep.Rows;

namespace LoraMesh.DatasetPrep.Pipeline;

/// <summary>Writes the rows that no pass has dropped to their sides.</summary>
internal sealed class WritingStage(ProjectConfig config, string folder, SampleRows samples, ProgressMeter meter)
{
    /// <summary>The stage's name in progress.</summary>
    public const string Name = "write";

    /// <summary>Writes both splits; each must have a row.</summary>
    public (BuiltSplit Train, BuiltSplit Test) Run(RowStore rows, RowMarks marks, CancellationToken cancellationToken)
    {
        var pairs = rows.Kinds.ContainsKey(RowKind.Preference);
        using var train = Open(DatasetFileNames.Train, pairs);
        using var test = Open(DatasetFileNames.Test, pairs);
        foreach (var row in rows.Read(cancellationToken))
        {
            if (marks.SplitOf(row.Number) is { } split)
            {
                (split == RowSplit.Train ? train : test).Add(row, rows.Files[row.File]);
                samples.Consider(row, split, rows.Files[row.File]);
            }

            meter.Report(Name, row.Number + 1, rows.Count);
        }

        return (train.Finish(), test.Finish());
    }

    private SplitWriter Open(string name, bool pairs) => new(folder, name, config.Training.TokensPerBatch, config.Prep.ShardTokens, pairs);
}
