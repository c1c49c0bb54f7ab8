namespace LoraMesh.Inference.Engine;

/// <summary>The next piece of one choice's answer.</summary>
/// <param name="Choice">Which choice, counted from 0.</param>
/// <param name="Text">New text; may be empty.</param>
/// <param name="Scores">Log probabilities of the tokens that the text is made of; empty unless asked for.</param>
/// <param name="Tokens">Tokens of this choice generated so far, an end token included.</param>
/// <param name="Finish">Why the choice ended; null while it goes on.</param>
public sealed record GenerationEvent(int Choice, string Text, IReadOnlyList<TokenScores> Scores, int Tokens, FinishReason? Finish);
