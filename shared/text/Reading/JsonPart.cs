using System.Text.Json;

namespace LoraMesh.Text.Reading;

// A value of a tokenizer file together with its place, so that every complaint can say where.
internal readonly record struct JsonPart(JsonElement Element, string Path)
{
    public bool IsNull => Element.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined;

    public JsonPart Member(string name)
    {
        Expect(JsonValueKind.Object, "an object");
        try
        {
            return new JsonPart(Element.TryGetProperty(name, out var value) ? value : default, $"{Path}.{name}");
        }
        catch (InvalidOperationException e)
        {
            throw Halved(e);
        }
    }

    public IEnumerable<(string Name, JsonPart Value)> Members()
    {
        Expect(JsonValueKind.Object, "an object");
        var part = this;
        return Element.EnumerateObject().Select(p => part.NameOf(p) is var name ? (name, new JsonPart(p.Value, $"{part.Path}.{name}")) : default);
    }

    public IEnumerable<JsonPart> Items()
    {
        Expect(JsonValueKind.Array, "an array");
        var path = Path;
        return Element.EnumerateArray().Select((item, i) => new JsonPart(item, $"{path}[{i}]"));
    }

    public string String()
    {
        Expect(JsonValueKind.String, "a string");
        try
        {
            return Element.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            throw Halved(e);
        }
    }

    public string? StringOrNull() => IsNull ? null : String();

    public bool Boolean(bool whenAbsent) => IsNull ? whenAbsent
        : Element.ValueKind is JsonValueKind.True or JsonValueKind.False ? Element.GetBoolean()
        : throw Unexpected("true or false");

    public int Integer(int min, int max) =>
        Element.ValueKind == JsonValueKind.Number && Element.TryGetInt32(out var value) && value >= min && value <= max
            ? value
            : throw Unexpected($"a whole number from {min} to {max}");

    public double Number() =>
        Element.ValueKind == JsonValueKind.Number && Element.TryGetDouble(out var value) && double.IsFinite(value)
            ? value
            : throw Unexpected("a number");

    /// <summary>The name in the member <c>type</c>, by which tokenizer.json names its components.</summary>
    public string Type() => Member("type").String();

    public UnsupportedTokenizerException Unsupported(string component, string message) => new(Path, component, $"{Path}: {message}");

    public TokenizerFormatException Unexpected(string expected) => new($"{Path}: found {Describe()}, expected {expected}.");

    private string NameOf(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException e)
        {
            throw Halved(e);
        }
    }

    // An escape such as \ud800 is checked when it is read, not when the file is parsed.
    private TokenizerFormatException Halved(Exception cause) =>
        new($"{Path}: a text has half of a surrogate pair, an escape such as \\ud800 without its other half. Fetch or write the file again.", cause);

    private void Expect(JsonValueKind kind, string name)
    {
        if (Element.ValueKind != kind)
        {
            throw Unexpected(name);
        }
    }

    private string Describe() => Element.ValueKind switch
    {
        JsonValueKind.Undefined => "nothing",
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        _ => Element.GetRawText() is { Length: > 60 } text ? text[..60] + "…" : Element.GetRawText(),
    };
}
