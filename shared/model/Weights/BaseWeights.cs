using LoraMesh.Formats;
using LoraMesh.Model.Weights;

namespace LoraMesh.Model;

/// <summary>The weights of a base model as they lie on disk, without loading them.</summary>
public static class BaseWeights
{
    /// <summary>Reads the headers of a folder's safetensors files and compares them with its config.json.</summary>
    /// <returns>Every tensor, in the order of their names.</returns>
    /// <exception cref="InvalidDataException">Tensors are missing, unexpected or of another shape; the message lists them.</exception>
    /// <exception cref="UnsupportedModelException">The weights lie there in a form that is not read.</exception>
    public static IReadOnlyList<SafetensorsTensor> Describe(string folder, ModelConfig config)
    {
        using var weights = WeightFolder.OpenFor(folder, config, out _);
        return [.. weights.Tensors.DistinctBy(tensor => tensor.Name).OrderBy(tensor => tensor.Name, StringComparer.Ordinal)];
    }
}
