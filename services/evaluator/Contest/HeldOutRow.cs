namespace LoraMesh.Evaluator.Contest;

/// <summary>One row, ready to be asked.</summary>
/// <param name="Id">Its id in the dataset.</param>
/// <param name="Question">Text of the last user turn.</param>
/// <param name="Reference">The reference answer.</param>
/// <param name="Prompt">Token ids up to where the answer begins.</param>
/// <param name="MaxNewTokens">Longest answer in tokens.</param>
/// <param name="Set">File name of its regression set; null for a held-out row.</param>
internal sealed record HeldOutRow(string Id, string Question, string Reference, int[] Prompt, int MaxNewTokens, string? Set = null);
