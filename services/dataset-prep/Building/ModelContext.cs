using System.Text.Json;

namespace LoraMesh.DatasetPrep.Building;

/// <summary>How many positions a base model has, from its <c>config.json</c>.</summary>
internal static class ModelContext
{
    public const string FileName = "config.json";
    private const string Key = "max_position_embeddings";

    /// <summary>The number, also from <c>text_config</c>; null where the model names none.</summary>
    /// <exception cref="BaseModelException">The file is not JSON, or the number is not one above 0.</exception>
    public static int? Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using var stream = File.OpenRead(path);
            using var document = JsonDocument.Parse(stream);
            return Find(document.RootElement);
        }
        catch (JsonException error)
        {
            throw new BaseModelException($"{FileName} of the base model is not JSON (line {(error.LineNumber ?? 0) + 1}); upload it again.", error);
        }
    }

    private static int? Find(JsonElement config)
    {
        if (config.ValueKind != JsonValueKind.Object)
        {
            throw new BaseModelException($"{FileName} of the base model holds {config.ValueKind} instead of an object; upload it again.");
        }

        if (!config.TryGetProperty(Key, out var value)
            && !(config.TryGetProperty("text_config", out var text) && text.ValueKind == JsonValueKind.Object && text.TryGetProperty(Key, out value)))
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var positions) && positions > 0
            ? positions
            : throw new BaseModelException($"{FileName} of the base model has {Key} {value.GetRawText()}; expected a whole number above 0.");
    }
}
