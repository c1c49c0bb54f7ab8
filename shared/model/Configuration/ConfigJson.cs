using System.Text.Json;

namespace LoraMesh.Model;

/// <summary>Reads values of one JSON object with errors that name file and key.</summary>
internal sealed class ConfigJson(string file, JsonElement root, string prefix = "")
{
    internal const int MaxBytes = 8 * 1024 * 1024;

    internal static JsonDocument Parse(string path)
    {
        var info = new FileInfo(path);
        if (!info.Exists)
        {
            throw new FileNotFoundException($"There is no {path}. A Hugging Face folder has one.", path);
        }

        if (info.Length > MaxBytes)
        {
            throw new InvalidDataException($"{path} has {info.Length} bytes; at most {MaxBytes} are read.");
        }

        try
        {
            var document = JsonDocument.Parse(File.ReadAllBytes(path), new JsonDocumentOptions { MaxDepth = 32 });
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document
                : throw new InvalidDataException($"{path} holds a JSON {document.RootElement.ValueKind}, expected an object.");
        }
        catch (JsonException problem)
        {
            throw new InvalidDataException($"{path} is not JSON: line {problem.LineNumber + 1}, byte {problem.BytePositionInLine + 1}.", problem);
        }
    }

    internal bool Has(string key) => root.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>Whether the key stands there, be it as null: some defaults hold only where it does not.</summary>
    internal bool Mentions(string key) => root.TryGetProperty(key, out _);

    internal IEnumerable<string> Keys => root.EnumerateObject().Select(entry => entry.Name);

    internal JsonElement? Raw(string key) => Has(key) ? root.GetProperty(key) : null;

    internal ConfigJson? Child(string key) => !Has(key)
        ? null
        : root.GetProperty(key) is { ValueKind: JsonValueKind.Object } child
            ? new ConfigJson(file, child, $"{prefix}{key}.")
            : throw Wrong(key, "an object");

    internal int Int(string key, int? fallback = null, int min = 1, int max = int.MaxValue)
    {
        if (!Has(key))
        {
            return fallback ?? throw Missing(key);
        }

        return root.GetProperty(key) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number) && number >= min && number <= max
            ? number
            : throw Wrong(key, $"a whole number from {min} to {max}");
    }

    internal double Number(string key, double? fallback = null)
    {
        if (!Has(key))
        {
            return fallback ?? throw Missing(key);
        }

        return root.GetProperty(key) is { ValueKind: JsonValueKind.Number } value && value.TryGetDouble(out var number) && double.IsFinite(number)
            ? number
            : throw Wrong(key, "a number");
    }

    internal double Positive(string key, double? fallback = null) =>
        Number(key, fallback) is > 0 and var number ? number : throw Wrong(key, "a number above 0");

    internal IReadOnlyList<double>? Numbers(string key) => !Has(key) ? null
        : root.GetProperty(key) is { ValueKind: JsonValueKind.Array } list && list.EnumerateArray().All(entry => entry.ValueKind == JsonValueKind.Number)
            ? [.. list.EnumerateArray().Select(entry => entry.GetDouble())]
            : throw Wrong(key, "a list of numbers");

    internal IReadOnlyList<string>? Strings(string key) => !Has(key) ? null
        : root.GetProperty(key) is { ValueKind: JsonValueKind.Array } list && list.EnumerateArray().All(entry => entry.ValueKind == JsonValueKind.String)
            ? [.. list.EnumerateArray().Select(entry => entry.GetString()!)]
            : throw Wrong(key, "a list of strings");

    internal bool Flag(string key, bool fallback) => !Has(key) ? fallback : root.GetProperty(key).ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Wrong(key, "true or false"),
    };

    internal string? Text(string key) => !Has(key) ? null : root.GetProperty(key) is { ValueKind: JsonValueKind.String } value
        ? value.GetString()
        : throw Wrong(key, "a string");

    internal InvalidDataException Wrong(string key, string expected) =>
        new($"{file}: {prefix}{key} is {(Has(key) ? Shortened(root.GetProperty(key).GetRawText()) : "absent")}, expected {expected}.");

    private static string Shortened(string text) => text.Length <= 100 ? text : $"{text[..100]}…";

    private InvalidDataException Missing(string key) => new($"{file}: {prefix}{key} is missing.");
}
