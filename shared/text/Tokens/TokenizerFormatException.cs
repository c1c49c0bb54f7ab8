namespace LoraMesh.Text;

/// <summary>A tokenizer file is missing, is not JSON, is too large, or holds a value of the wrong kind or range; the message says where.</summary>
public sealed class TokenizerFormatException : Exception
{
    /// <summary>Creates the error with the place, what was found, what was expected and what to do.</summary>
    public TokenizerFormatException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the error with the error that it came from.</summary>
    public TokenizerFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
