using System.Text.Json;

namespace LoraMesh.Text.Reading;

// Reads one JSON file of a tokenizer's folder, within a size that no honest one comes near.
internal static class TokenizerFile
{
    public const long MaxBytes = 256L << 20;

    /// <summary>The parsed file, or null where it does not exist.</summary>
    public static JsonDocument? Read(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            return null;
        }

        if (file.Length > MaxBytes)
        {
            throw new TokenizerFormatException($"{path} has {file.Length} bytes; up to {MaxBytes} are read. Is it the right file?");
        }

        using var stream = file.OpenRead();
        return Parse(() => JsonDocument.Parse(stream), path);
    }

    public static JsonDocument Parse(string json)
    {
        if (json.Length > MaxBytes)
        {
            throw new TokenizerFormatException($"tokenizer.json has {json.Length} characters; up to {MaxBytes} are read. Is it the right file?");
        }

        return Parse(() => JsonDocument.Parse(json), "tokenizer.json");
    }

    private static JsonDocument Parse(Func<JsonDocument> parse, string name)
    {
        try
        {
            return parse();
        }
        catch (JsonException e)
        {
            throw new TokenizerFormatException(
                $"{name}, line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}: not JSON ({Reason(e.Message)}). Fetch or write the file again.", e);
        }
    }

    // The reader appends the place in its own words.
    private static string Reason(string message)
    {
        var place = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return (place < 0 ? message : message[..place]).TrimEnd('.');
    }
}
