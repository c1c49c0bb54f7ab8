namespace LoraMesh.DatasetPrep.Reading;

/// <summary>A file's bytes end, or must not be read on, before its rows do.</summary>
internal sealed class UnreadableInputException(string kind, string found, string expected, string suggestion, Exception? innerException = null)
    : Exception(found, innerException)
{
    /// <summary>A constant of <see cref="Problems.ProblemKind"/>.</summary>
    public string Kind => kind;

    /// <summary>What is there.</summary>
    public string Found => Message;

    /// <summary>What should be there.</summary>
    public string Expected => expected;

    /// <summary>What to do about it.</summary>
    public string Suggestion => suggestion;
}
