namespace LoraMesh.Inference.Models;

/// <summary>Nobody has this name.</summary>
public sealed class UnknownModelException(string name, IReadOnlyList<string> existing)
    : Exception($"The model '{name}' does not exist. {Others(existing)}")
{
    private const int Shown = 50;

    /// <summary>The name that was asked for.</summary>
    public string Name { get; } = name;

    private static string Others(IReadOnlyList<string> existing) => existing.Count switch
    {
        0 => "No model is served yet: put a base model into the bucket of models, or wait for the first one to load.",
        <= Shown => $"There are: {string.Join(", ", existing)}.",
        _ => $"There are {existing.Count}, among them: {string.Join(", ", existing.Take(Shown))}.",
    };
}
