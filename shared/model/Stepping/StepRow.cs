namespace LoraMesh.Model.Stepping;

/// <summary>One token on its way through the layers.</summary>
/// <param name="Session">Its sequence.</param>
/// <param name="Position">Its place there.</param>
/// <param name="Total">Tokens of the sequence once all that are fed with it are in, which decides some rotary embeddings.</param>
internal readonly record struct StepRow(DecoderSession Session, int Position, int Total);
