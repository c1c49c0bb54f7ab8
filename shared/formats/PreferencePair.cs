namespace LoraMesh.Formats;

/// <summary>One tokenized sequence.</summary>
/// <param name="Ids">Token ids, without padding.</param>
/// <param name="Labels">For every token its id, or -100 where it carries no loss.</param>
public sealed record TokenRow(int[] Ids, int[] Labels);

/// <summary>Two answers to the same prompt, the better one first; only answers carry labels.</summary>
public sealed record PreferencePair(TokenRow Chosen, TokenRow Rejected);
