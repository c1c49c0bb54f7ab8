namespace LoraMesh.Model;

/// <summary>Is shown the logits after a token.</summary>
/// <param name="sequence">The sequence, by its place among those that are fed.</param>
/// <param name="token">The token, by its place among those that are fed to it.</param>
/// <param name="logits">What comes next, (V); there until the reader returns.</param>
public delegate void LogitsReader(int sequence, int token, ReadOnlySpan<float> logits);
