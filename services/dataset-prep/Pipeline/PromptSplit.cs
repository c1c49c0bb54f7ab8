using LoraMesh.DatasetPrep.Building;

namespace LoraMesh.DatasetPrep.Pipeline;

/// <summary>Puts every row on a side by its question alone, so that growing data move no row and no question is on both sides.</summary>
/// <param name="testShare">Share of questions that are held out.</param>
internal sealed class PromptSplit(double testShare) : IRowPass
{
    public string Name => "split";

    public void Run(RowStore rows, RowMarks marks, CancellationToken cancellationToken)
    {
        foreach (var row in rows.Read(cancellationToken))
        {
            marks.Assign(row.Number, IsHeldOut(row.PromptHash, testShare) ? RowSplit.Test : RowSplit.Train);
        }
    }

    /// <summary>Whether a question with that hash is held out.</summary>
    public static bool IsHeldOut(ulong promptHash, double testShare) => promptHash / Math.Pow(2, 64) < testShare;
}
