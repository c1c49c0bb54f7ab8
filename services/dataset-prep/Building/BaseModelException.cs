namespace LoraMesh.DatasetPrep.Building;

/// <summary>The base model's tokenizer, template or configuration cannot be used; the message says which and why.</summary>
public sealed class BaseModelException : Exception
{
    /// <summary>Creates the error.</summary>
    public BaseModelException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the error with the one that it came from.</summary>
    public BaseModelException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
