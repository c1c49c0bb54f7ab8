using System.Buffers;
using LoraMesh.DatasetPrep.Building;
using LoraMesh.DatasetPrep.Problems;
using LoraMesh.DatasetPrep.Reading;
using LoraMesh.DatasetPrep.Rows;
using LoraMesh.DatasetPrep.Splits;

namespace LoraMesh.DatasetPrep.Pipeline;

/// <summary>What one worker does with a batch: parse and check each row, rewrite it, tokenize it. Safe to use from several threads at once.</summary>
internal sealed class RowWorker(IReadOnlyList<IRowRewriter> rewriters, RowEncoder encoder, CarriedFields carried, ProblemPolicies policies, IReadOnlyList<string> files)
{
    /// <summary>The batch's rows as records and remarks, in the batch's order.</summary>
    public WorkedBatch Work(RawBatch batch)
    {
        var worked = new WorkedBatch(batch);
        foreach (var row in batch.Rows())
        {
            if (row.Problem is not null)
            {
                worked.AddRefused(row, row.IsRow, [row.Problem]);
                continue;
            }

            var problems = new RowProblems(files[batch.File], row.Line, policies);
            var start = worked.Records.WrittenCount;
            if (Prepare(row, problems) is { } prepared)
            {
                RowRecord.Write(worked.Records, prepared.Row, batch.File, row.Line, prepared.Sequences);
                worked.AddGood(worked.Records.WrittenCount - start, prepared.Row.Content.Kind, problems.All);
            }
            else
            {
                worked.AddRefused(row, isRow: true, problems.All);
            }
        }

        return worked;
    }

    private (CanonicalRow Row, IReadOnlyList<TokenSequence> Sequences)? Prepare(RawRow raw, RowProblems problems)
    {
        var content = RowParser.Parse(raw, problems, carried);
        foreach (var rewriter in rewriters)
        {
            content = content is null || problems.IsFatal ? null : rewriter.Rewrite(content, problems);
        }

        return content is not null && !problems.IsFatal && encoder.Encode(content, problems) is { } sequences && !problems.IsFatal
            ? (new CanonicalRow(content), sequences)
            : null;
    }
}
