using LoraMesh.DatasetPrep.Building;
using LoraMesh.DatasetPrep.Pipeline;

namespace LoraMesh.DatasetPrep.Cleaning.NearDuplicates;

/// <summary>Leaves out of training what is held out too, in the same or almost the same words: no row changes sides, and none is on both.</summary>
/// <param name="groups">The rows that are alike; null where nobody looked.</param>
/// <param name="questions">Whether the split may put rows with the same question on both sides.</param>
internal sealed class Separation(Func<RowGroups?> groups, bool questions) : IRowPass
{
    /// <summary>The reason of a row that is almost the same as one held out.</summary>
    public const string NearDuplicate = "near_duplicate_of_test";

    /// <summary>The reason of a row whose question is held out.</summary>
    public const string Question = "question_in_test";

    public string Name => "separate";

    public void Run(RowStore rows, RowMarks marks, CancellationToken cancellationToken)
    {
        if (questions)
        {
            SeparateQuestions(rows, marks, cancellationToken);
        }

        if (groups() is { } found)
        {
            SeparateGroups(found, rows.Count, marks);
        }
    }

    private static void SeparateQuestions(RowStore rows, RowMarks marks, CancellationToken cancellationToken)
    {
        var heldOut = new HashSet<ulong>();
        foreach (var row in rows.Read(cancellationToken).Where(row => marks.SplitOf(row.Number) == RowSplit.Test))
        {
            heldOut.Add(row.PromptHash);
        }

        foreach (var row in rows.Read(cancellationToken).Where(row => marks.SplitOf(row.Number) == RowSplit.Train && heldOut.Contains(row.PromptHash)))
        {
            marks.Drop(row.Number, Question);
        }
    }

    private static void SeparateGroups(RowGroups groups, long rows, RowMarks marks)
    {
        var heldOut = new HashSet<int>();
        for (var row = 0; row < rows; row++)
        {
            if (groups.IsGrouped(row) && marks.SplitOf(row) == RowSplit.Test)
            {
                heldOut.Add(groups.Root(row));
            }
        }

        for (var row = 0; row < rows; row++)
        {
            if (groups.IsGrouped(row) && marks.SplitOf(row) == RowSplit.Train && heldOut.Contains(groups.Root(row)))
            {
                marks.Drop(row, NearDuplicate);
            }
        }
    }
}
