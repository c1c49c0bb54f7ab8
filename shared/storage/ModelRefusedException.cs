namespace LoraMesh.Storage;

/// <summary>A base model is there but must not be used.</summary>
public sealed class ModelRefusedException(string name, string problem)
    : Exception($"The base model '{name}' is refused: {problem}.")
{
    /// <summary>Folder name of the model.</summary>
    public string Name { get; } = name;
}
