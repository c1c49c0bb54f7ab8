using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Building;
using LoraMesh.DatasetPrep.Problems;
using LoraMesh.DatasetPrep.Reading;
using LoraMesh.DatasetPrep.Rows;
using LoraMesh.DatasetPrep.Splits;

namespace LoraMesh.DatasetPrep.Pipeline;

/// <summary>What one worker does with a batch: parse and check each row, rewrite it, tokenize it. Safe to use from several threads at once.</summary>
internal sealed class RowWorker(RowParser parser, IReadOnlyList<IRowRewriter> rewriters, RowEncoder encoder, CarriedFields carried, ProblemPolicies policies, IReadOnlyList<string> files, BatchBuffers buffers)
{
    /// <summary>The batch's rows as records and remarks, in the batch's order.</summary>
    public WorkedBatch Work(RawBatch batch)
    {
        var worked = new WorkedBatch(batch, buffers.Rent());
        foreach (var row in batch.Rows())
        {
            if (row.Problem is { } told)
            {
                worked.AddRefused(row, row.IsRow, [told with { Outcome = ProblemOutcomes.Of(policies.Of(told.Kind)) }]);
            }
            else
            {
                WorkOn(row, isPart: false, worked);
            }
        }

        return worked;
    }

    private void WorkOn(RawRow row, bool isPart, WorkedBatch worked)
    {
        var problems = new RowProblems(files[worked.Source.File], row.Line, policies, row.Places);
        var content = parser.Parse(row, problems, carried);
        if (content is null && !problems.IsFatal && !isPart && problems.Has(ProblemKind.SeveralValues))
        {
            worked.AddRemarks(problems.All);
            foreach (var part in RowParser.Divide(row.Text))
            {
                WorkOn(row with { Text = part }, isPart: true, worked);
            }

            return;
        }

        foreach (var rewriter in rewriters)
        {
            content = content is null || problems.IsFatal ? null : rewriter.Rewrite(content, problems);
        }

        if (content is null || problems.IsFatal)
        {
            Refuse(row, worked, problems);
        }
        else if (content.Kind == RowKind.Text)
        {
            WriteText(row, content, worked, problems);
        }
        else if (encoder.Encode(content, problems) is { } sequences && !problems.IsFatal)
        {
            Write(row.Line, content, sequences, worked, problems.All);
        }
        else
        {
            Refuse(row, worked, problems);
        }
    }

    // A text that is too long for the model becomes several rows.
    private void WriteText(RawRow row, RowContent content, WorkedBatch worked, RowProblems problems)
    {
        IReadOnlyList<DataProblem> told = problems.All;
        var line = row.Line;
        var pieces = encoder.Cut(content.Text, problems);
        foreach (var piece in pieces)
        {
            var part = content with { Text = piece };
            if (problems.IsFatal || encoder.Encode(part, problems) is not { } sequences || problems.IsFatal)
            {
                Refuse(row, worked, problems);
                return;
            }

            Write(line, part, sequences, worked, told);
            told = [];
            line += row.Places == FieldPlaces.None ? piece.AsSpan().Count('\n') : 0;
        }
    }

    private static void Write(int line, RowContent content, IReadOnlyList<TokenSequence> sequences, WorkedBatch worked, IReadOnlyList<DataProblem> problems)
    {
        var start = worked.Records.WrittenCount;
        RowRecord.Write(worked.Records, new CanonicalRow(content), worked.Source.File, line, sequences);
        worked.AddGood(worked.Records.WrittenCount - start, line, content, problems);
    }

    private static void Refuse(RawRow row, WorkedBatch worked, RowProblems problems)
    {
        if (!problems.IsFatal)
        {
            problems.Add(ProblemKind.NotJson, string.Empty, Shown.Text(row.Text.Span), "one row", "Write the row with a JSON library, one object per line.");
        }

        worked.AddRefused(row, isRow: true, problems.All);
    }
}
