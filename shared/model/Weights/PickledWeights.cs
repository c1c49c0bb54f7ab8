namespace LoraMesh.Model.Weights;

/// <summary>Says why a folder without safetensors cannot be read.</summary>
internal static class PickledWeights
{
    // Formats that run code while they are read.
    private static readonly string[] Endings = [".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle"];

    /// <summary>The exception for a missing safetensors file: another one where the weights lie there pickled.</summary>
    internal static Exception Missing(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        var pickle = Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal)
                .FirstOrDefault(file => Endings.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))
            : null;
        return pickle is null
            ? new FileNotFoundException($"There is no {path}.", path)
            : new UnsupportedModelException($"{Path.Combine(folder, pickle)} is pickled, which can run any code when it is read, so it is not read. Save the weights as safetensors ({name}) instead.");
    }
}
