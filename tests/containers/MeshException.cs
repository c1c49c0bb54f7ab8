namespace LoraMesh.Containers;

/// <summary>The suite did not do what was waited for; the message says what it did, with the last lines of its log.</summary>
public sealed class MeshException : Exception
{
    /// <summary>Says what happened.</summary>
    public MeshException(string message)
        : base(message)
    {
    }
}
