using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace LoraMesh.BaseModel.Corpus.Tasks;

/// <summary>Flat JSON objects on one line in the style <c>{"a": "x", "b": 2}</c>.</summary>
public static class JsonText
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>An object of text values; whole numbers are written bare when <paramref name="bareNumbers"/> is set.</summary>
    public static string Line(IEnumerable<(string Key, string Value)> pairs, bool bareNumbers = false) =>
        "{" + string.Join(", ", pairs.Select(pair => $"{Quote(pair.Key)}: {Value(pair.Value, bareNumbers)}")) + "}";

    /// <summary>A list of texts.</summary>
    public static string List(IEnumerable<string> items) => "[" + string.Join(", ", items.Select(Quote)) + "]";

    private static string Quote(string text) => JsonSerializer.Serialize(text, Plain);

    private static string Value(string text, bool bareNumbers) =>
        bareNumbers && text.Length < 7 && !text.StartsWith('0') && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _) ? text : Quote(text);
}
