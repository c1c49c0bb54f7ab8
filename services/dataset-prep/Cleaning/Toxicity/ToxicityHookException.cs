namespace LoraMesh.DatasetPrep.Cleaning.Toxicity;

/// <summary>The operator's classifier cannot be used; the message says what it did.</summary>
internal sealed class ToxicityHookException(string message, Exception? cause = null) : Exception(message, cause);
