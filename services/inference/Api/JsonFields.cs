using System.Globalization;
using System.Text.Json;

namespace LoraMesh.Inference.Api;

// Fields of a request body, each checked as it is read. Null counts as absent, as OpenAI's clients send it.
internal readonly struct JsonFields(JsonElement body)
{
    public JsonElement? Find(string name) =>
        body.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public string Text(string name) =>
        OptionalText(name) ?? throw RequestException.Invalid(name, $"The field '{name}' is missing; expected a string.");

    public string? OptionalText(string name) => Find(name) is { } value ? Text(value, name) : null;

    public bool Flag(string name)
    {
        if (Find(name) is not { } value)
        {
            return false;
        }

        return value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : throw Wrong(name, value, "true or false");
    }

    public double? Number(string name, double lowest, double highest)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= lowest && number <= highest
            ? number
            : throw Wrong(name, value, string.Create(CultureInfo.InvariantCulture, $"a number from {lowest} to {highest}"));
    }

    public long? Integer(string name, long lowest, long highest)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        return TryInteger(value, out var number) && number >= lowest && number <= highest
            ? number
            : throw Wrong(name, value, $"an integer from {lowest} to {highest}");
    }

    public static string Text(JsonElement value, string name)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            throw Wrong(name, value, "a string");
        }

        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw RequestException.Invalid(name, $"The string in '{name}' holds half of a surrogate pair; send valid UTF-8.");
        }
    }

    public static RequestException Wrong(string name, JsonElement found, string expected) =>
        RequestException.Invalid(name, $"The field '{name}' is {Show(found)}; expected {expected}.");

    // 3.0 is an integer to JSON; to many clients, too.
    public static bool TryInteger(JsonElement value, out long number)
    {
        number = 0;
        if (value.ValueKind != JsonValueKind.Number)
        {
            return false;
        }

        if (value.TryGetInt64(out number))
        {
            return true;
        }

        var whole = value.TryGetDouble(out var real) && real == Math.Floor(real) && Math.Abs(real) < 1L << 53;
        number = whole ? (long)real : 0;
        return whole;
    }

    private static string Show(JsonElement value)
    {
        var text = value.GetRawText();
        return text.Length <= 80 ? text : $"{text.AsSpan(0, 77)}...";
    }
}
