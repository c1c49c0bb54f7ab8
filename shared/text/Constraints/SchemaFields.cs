using System.Text.Encodings.Web;
using System.Text.Json;

namespace LoraMesh.Text.Constraints;

// Reads keywords of a schema.
internal static class SchemaFields
{
    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly (string Type, string[] Keywords)[] Telling =
    [
        ("object", ["properties", "required", "additionalProperties"]),
        ("array", ["items", "prefixItems", "minItems", "maxItems", "uniqueItems"]),
        ("string", ["pattern", "minLength", "maxLength", "format"]),
        ("number", ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]),
    ];

    /// <summary>The types that a schema allows; where it names none, the one that its keywords speak of; none where all are allowed.</summary>
    public static IReadOnlyList<string> Types(JsonElement schema, string place)
    {
        if (!schema.TryGetProperty("type", out var type))
        {
            return [.. Telling.Where(one => one.Keywords.Any(keyword => schema.TryGetProperty(keyword, out _))).Select(one => one.Type)];
        }

        JsonElement[] types = type.ValueKind == JsonValueKind.Array ? [.. type.EnumerateArray()] : [type];
        return types.Length > 0 && Array.TrueForAll(types, one => one.ValueKind == JsonValueKind.String)
            ? [.. types.Select(one => one.GetString()!).Distinct()]
            : throw new ConstraintException($"{place}.type", "'type' is a name or an array of names.");
    }

    public static bool Is(JsonElement value, string type) => type switch
    {
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var number) && decimal.Truncate(number) == number,
        "number" => value.ValueKind == JsonValueKind.Number,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "null" => value.ValueKind == JsonValueKind.Null,
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        _ => false,
    };

    /// <summary>A count, or null where there is none.</summary>
    public static int? Count(JsonElement schema, string name, string place)
    {
        if (!schema.TryGetProperty(name, out var value))
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var number) && number is >= 0 and <= int.MaxValue - 1 && decimal.Truncate(number) == number
            ? (int)number
            : throw new ConstraintException($"{place}.{name}", $"'{name}' is {Show(value)}; expected a whole number from 0.");
    }

    /// <summary>A value as it is to be written, without spaces.</summary>
    public static string Json(JsonElement value) => JsonSerializer.Serialize(value, Compact);

    /// <summary>A string that holds no half surrogate pair.</summary>
    public static string? Text(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>What a pointer (RFC 6901, in a fragment) leads to, or null.</summary>
    public static JsonElement? Find(JsonElement root, string pointer)
    {
        if (pointer != "#" && !pointer.StartsWith("#/", StringComparison.Ordinal))
        {
            return null;
        }

        var at = root;
        foreach (var part in pointer.Split('/').Skip(1))
        {
            var step = Uri.UnescapeDataString(part).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            var found = at.ValueKind switch
            {
                JsonValueKind.Object => at.TryGetProperty(step, out at),
                JsonValueKind.Array when int.TryParse(step, out var index) && index >= 0 && index < at.GetArrayLength() => (at = at[index]).ValueKind != JsonValueKind.Undefined,
                _ => false,
            };
            if (!found)
            {
                return null;
            }
        }

        return at;
    }

    public static string Show(JsonElement value)
    {
        var text = value.GetRawText();
        return text.Length <= 80 ? text : $"{text.AsSpan(0, 77)}...";
    }
}
