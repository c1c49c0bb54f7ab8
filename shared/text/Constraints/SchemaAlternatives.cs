using System.Text.Json;

namespace LoraMesh.Text.Constraints;

// Whether the schemas of a oneOf exclude each other, as far as their types and the constants of their members tell.
internal static class SchemaAlternatives
{
    private const int MaxSteps = 32;

    public static bool AreApart(List<JsonElement> schemas, JsonElement root, string place)
    {
        var resolved = schemas.ConvertAll(schema => Resolve(schema, root));
        for (var i = 0; i < resolved.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (!AreApart(resolved[i], resolved[j], place))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static bool AreApart(JsonElement one, JsonElement other, string place)
    {
        if (Values(one) is { } some && Values(other) is { } more)
        {
            return !some.Any(value => more.Any(another => JsonElement.DeepEquals(value, another)));
        }

        var (types, others) = (TypesOf(one, place), TypesOf(other, place));
        if (types.Count > 0 && others.Count > 0 && !types.Any(type => others.Any(another => Overlap(type, another))))
        {
            return true;
        }

        return types is ["object"] && others is ["object"] && Constants(one).Any(mine => Constants(other).Any(
            theirs => mine.Key == theirs.Key && !mine.Values.Any(value => theirs.Values.Any(another => JsonElement.DeepEquals(value, another)))));
    }

    private static bool Overlap(string one, string other) =>
        one == other || (one, other) is ("integer", "number") or ("number", "integer");

    private static List<string> TypesOf(JsonElement schema, string place)
    {
        if (Values(schema) is { } values)
        {
            return [.. values.Select(value => value.ValueKind switch
            {
                JsonValueKind.Object => "object",
                JsonValueKind.Array => "array",
                JsonValueKind.String => "string",
                JsonValueKind.Number => "number",
                JsonValueKind.Null => "null",
                _ => "boolean",
            }).Distinct()];
        }

        // Without a type, members and the like say nothing of values of other types.
        return schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("type", out _) ? [.. SchemaFields.Types(schema, place)] : [];
    }

    private static List<JsonElement>? Values(JsonElement schema) =>
        schema.ValueKind != JsonValueKind.Object ? null
        : schema.TryGetProperty("const", out var only) ? [only]
        : schema.TryGetProperty("enum", out var several) && several.ValueKind == JsonValueKind.Array ? [.. several.EnumerateArray()]
        : null;

    // Required members that have a fixed set of values.
    private static IEnumerable<(string Key, List<JsonElement> Values)> Constants(JsonElement schema)
    {
        if (!schema.TryGetProperty("properties", out var properties) || properties.ValueKind != JsonValueKind.Object
            || !schema.TryGetProperty("required", out var required) || required.ValueKind != JsonValueKind.Array)
        {
            yield break;
        }

        foreach (var property in properties.EnumerateObject())
        {
            if (required.EnumerateArray().Any(name => SchemaFields.Text(name) == property.Name) && Values(property.Value) is { } values)
            {
                yield return (property.Name, values);
            }
        }
    }

    private static JsonElement Resolve(JsonElement schema, JsonElement root)
    {
        for (var step = 0; step < MaxSteps && schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("$ref", out var pointer); step++)
        {
            if (SchemaFields.Text(pointer) is not { } text || SchemaFields.Find(root, text) is not { } target)
            {
                break;
            }

            schema = target;
        }

        return schema;
    }
}
