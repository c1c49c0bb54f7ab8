using LoraMesh.DatasetPrep.Rows;

namespace LoraMesh.DatasetPrep.Pipeline;

/// <summary>
/// Changes single rows before they are hashed and tokenized, or has them dropped. Called from several threads at once,
/// in no particular order: what it does may depend on the row alone.
/// </summary>
internal interface IRowRewriter
{
    /// <summary>
    /// The row as it is to be trained on, or the same where there is nothing to change. What is found is told to
    /// <paramref name="problems"/>; whether that leaves the row out is its <see cref="RowProblems.IsFatal"/>.
    /// </summary>
    RowContent Rewrite(RowContent row, RowProblems problems);
}
