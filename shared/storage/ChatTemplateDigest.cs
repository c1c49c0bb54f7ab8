using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace LoraMesh.Storage;

/// <summary>What tells one chat template from another: an adapter is only served with the one that it was trained with.</summary>
public static class ChatTemplateDigest
{
    /// <summary>The digest of folders without a template.</summary>
    public static string None { get; } = Convert.ToHexStringLower(SHA256.HashData([]));

    /// <summary>
    /// SHA-256 (lower-case hexadecimal) of the template of a Hugging Face folder: of <c>chat_template.jinja</c> where
    /// there is one, otherwise of <c>chat_template</c> in <c>tokenizer_config.json</c> (as text, or as the JSON that is
    /// there where it is a list of templates), otherwise <see cref="None"/>.
    /// </summary>
    /// <exception cref="InvalidDataException">tokenizer_config.json is not a JSON object.</exception>
    public static string OfFolder(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return Convert.ToHexStringLower(SHA256.HashData(Read(folder)));
    }

    private static byte[] Read(string folder)
    {
        var file = Path.Combine(folder, "chat_template.jinja");
        if (File.Exists(file))
        {
            return File.ReadAllBytes(file);
        }

        var configPath = Path.Combine(folder, "tokenizer_config.json");
        if (!File.Exists(configPath))
        {
            return [];
        }

        try
        {
            using var config = JsonDocument.Parse(File.ReadAllBytes(configPath));
            return config.RootElement.TryGetProperty("chat_template", out var template)
                ? Encoding.UTF8.GetBytes(template.ValueKind == JsonValueKind.String ? template.GetString()! : template.GetRawText())
                : [];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"{configPath} is not a JSON object: {e.Message}", e);
        }
    }
}
