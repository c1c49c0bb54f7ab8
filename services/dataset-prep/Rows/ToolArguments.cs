using System.Globalization;
using System.Text.Json;
using LoraMesh.DatasetPrep.Problems;

namespace LoraMesh.DatasetPrep.Rows;

// The schemas come with the data, so their patterns are not run and what they refer to is not fetched. Keywords that
// are not known here ask for nothing: a sound call is never told.

/// <summary>Checks the arguments of calls against the JSON schema that the called tool declares as its parameters.</summary>
internal static class ToolArguments
{
    private const int MaxDepth = 32;

    // Schemas that refer to themselves several times over would otherwise be gone through more often than anyone can wait for.
    private const int MaxLooks = 10_000;

    /// <summary>Tells the first place of each call where its arguments are other than the tool says.</summary>
    /// <param name="turns">The conversation.</param>
    /// <param name="tools">The tools that the row offers.</param>
    /// <param name="path">Where the conversation stands.</param>
    /// <param name="problems">Is told.</param>
    public static void Check(IReadOnlyList<Turn> turns, ToolList tools, string path, RowProblems problems)
    {
        if (!turns.Any(turn => turn.ToolCalls.Count > 0))
        {
            return;
        }

        using var document = JsonDocument.Parse(tools.Json, new JsonDocumentOptions { MaxDepth = RowParser.MaxDepth + 8 });
        for (var turn = 0; turn < turns.Count; turn++)
        {
            for (var call = 0; call < turns[turn].ToolCalls.Count; call++)
            {
                if (Parameters(document.RootElement, turns[turn].ToolCalls[call].Name) is { } schema)
                {
                    using var arguments = JsonDocument.Parse(turns[turn].ToolCalls[call].Arguments, new JsonDocumentOptions { MaxDepth = RowParser.MaxDepth + 8 });
                    var place = $"{path}[{turn}].tool_calls[{call}].function.arguments";
                    if (new Schema(schema).Mismatch(arguments.RootElement, schema, place, 0) is { } mismatch)
                    {
                        problems.Add(ProblemKind.ToolArgumentsMismatch, mismatch.Place, mismatch.Found, mismatch.Expected, "Correct the arguments, or the parameters that \"tools\" declares for the function.");
                    }
                }
            }
        }
    }

    private static JsonElement? Parameters(JsonElement tools, string name)
    {
        foreach (var tool in tools.EnumerateArray())
        {
            var function = tool.GetProperty("function");
            if (function.GetProperty("name").ValueEquals(name))
            {
                return function.TryGetProperty("parameters", out var parameters) && parameters.ValueKind == JsonValueKind.Object ? parameters : null;
            }
        }

        return null;
    }

    private sealed record Difference(string Place, string Found, string Expected);

    private sealed class Schema(JsonElement root)
    {
        private int _looks;

        public Difference? Mismatch(JsonElement value, JsonElement schema, string place, int depth)
        {
            if (++_looks > MaxLooks)
            {
                return null;
            }

            if (depth > MaxDepth || schema.ValueKind != JsonValueKind.Object)
            {
                return schema.ValueKind == JsonValueKind.False ? new Difference(place, Shown.Value(value), "nothing: the schema there is false") : null;
            }

            if (schema.TryGetProperty("$ref", out var reference))
            {
                return Resolve(reference) is { } target ? Mismatch(value, target, place, depth + 1) : null;
            }

            return Kind(value, schema, place) ?? Choice(value, schema, place) ?? Bounds(value, schema, place)
                ?? Members(value, schema, place, depth) ?? Items(value, schema, place, depth) ?? Combined(value, schema, place, depth);
        }

        // Within the tool's own parameters only, such as "#/$defs/place".
        private JsonElement? Resolve(JsonElement reference)
        {
            if (reference.ValueKind != JsonValueKind.String || reference.GetString() is not ['#', '/', ..] pointer)
            {
                return null;
            }

            var at = root;
            foreach (var step in pointer.ToString().Split('/').Skip(1))
            {
                if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal), out at))
                {
                    return null;
                }
            }

            return at;
        }

        private static Difference? Kind(JsonElement value, JsonElement schema, string place)
        {
            if (!schema.TryGetProperty("type", out var type))
            {
                return null;
            }

            string[] names = type.ValueKind switch
            {
                JsonValueKind.String => [type.GetString()!],
                JsonValueKind.Array => [.. type.EnumerateArray().Where(one => one.ValueKind == JsonValueKind.String).Select(one => one.GetString()!)],
                _ => [],
            };
            return names.Length == 0 || Array.Exists(names, name => Is(value, name)) || (value.ValueKind == JsonValueKind.Null && schema.TryGetProperty("nullable", out var nullable) && nullable.ValueKind == JsonValueKind.True)
                ? null
                : new Difference(place, Shown.Value(value), Shown.Text("a value of type " + string.Join(" or ", names)));
        }

        private static bool Is(JsonElement value, string type) => type switch
        {
            "string" => value.ValueKind == JsonValueKind.String,
            "number" or "float" => value.ValueKind == JsonValueKind.Number,
            "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && (!double.IsFinite(number) || Math.Floor(number) == number),
            "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
            "object" or "dict" => value.ValueKind == JsonValueKind.Object,
            "array" => value.ValueKind == JsonValueKind.Array,
            "null" => value.ValueKind == JsonValueKind.Null,
            _ => true,
        };

        private static Difference? Choice(JsonElement value, JsonElement schema, string place)
        {
            if (schema.TryGetProperty("enum", out var allowed) && allowed.ValueKind == JsonValueKind.Array && !allowed.EnumerateArray().Any(one => JsonElement.DeepEquals(one, value)))
            {
                return new Difference(place, Shown.Value(value), Shown.Text("one of " + allowed.GetRawText()));
            }

            return schema.TryGetProperty("const", out var only) && !JsonElement.DeepEquals(only, value) ? new Difference(place, Shown.Value(value), Shown.Text(only.GetRawText())) : null;
        }

        private static Difference? Bounds(JsonElement value, JsonElement schema, string place)
        {
            double? size = value.ValueKind switch
            {
                JsonValueKind.Number when value.TryGetDouble(out var number) => number,
                JsonValueKind.String => value.GetString()!.EnumerateRunes().Count(),
                JsonValueKind.Array => value.GetArrayLength(),
                _ => null,
            };
            var (low, high, unit) = value.ValueKind switch
            {
                JsonValueKind.Number => ("minimum", "maximum", ""),
                JsonValueKind.String => ("minLength", "maxLength", " characters"),
                _ => ("minItems", "maxItems", " items"),
            };
            return size is null ? null
                : Bound(schema, low) is { } least && size < least ? new Difference(place, Shown.Value(value), string.Create(CultureInfo.InvariantCulture, $"at least {least}{unit}"))
                : Bound(schema, high) is { } most && size > most ? new Difference(place, Shown.Value(value), string.Create(CultureInfo.InvariantCulture, $"at most {most}{unit}"))
                : value.ValueKind == JsonValueKind.Number && Bound(schema, "exclusiveMinimum") is { } above && size <= above ? new Difference(place, Shown.Value(value), string.Create(CultureInfo.InvariantCulture, $"more than {above}"))
                : value.ValueKind == JsonValueKind.Number && Bound(schema, "exclusiveMaximum") is { } below && size >= below ? new Difference(place, Shown.Value(value), string.Create(CultureInfo.InvariantCulture, $"less than {below}"))
                : null;
        }

        private static double? Bound(JsonElement schema, string name) =>
            schema.TryGetProperty(name, out var bound) && bound.ValueKind == JsonValueKind.Number && bound.TryGetDouble(out var value) ? value : null;

        private Difference? Members(JsonElement value, JsonElement schema, string place, int depth)
        {
            if (value.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            if (schema.TryGetProperty("required", out var required) && required.ValueKind == JsonValueKind.Array)
            {
                foreach (var name in required.EnumerateArray().Where(name => name.ValueKind == JsonValueKind.String && !value.TryGetProperty(name.GetString()!, out _)))
                {
                    return new Difference(JsonPlace.Field(place, name.GetString()!), Shown.Fields(value), Shown.Text($"the member \"{name.GetString()}\", which is required"));
                }
            }

            var declared = schema.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object;
            var others = schema.TryGetProperty("additionalProperties", out var additional) && !schema.TryGetProperty("patternProperties", out _) ? additional : default;
            foreach (var member in value.EnumerateObject())
            {
                var at = JsonPlace.Field(place, member.Name);
                if (declared && properties.TryGetProperty(member.Name, out var own))
                {
                    if (Mismatch(member.Value, own, at, depth + 1) is { } wrong)
                    {
                        return wrong;
                    }
                }
                else if (others.ValueKind == JsonValueKind.False)
                {
                    return new Difference(at, Shown.Text($"the member \"{member.Name}\""), Shown.Text("only " + (declared ? string.Join(", ", properties.EnumerateObject().Select(property => property.Name)) : "no members")));
                }
                else if (others.ValueKind == JsonValueKind.Object && Mismatch(member.Value, others, at, depth + 1) is { } wrong)
                {
                    return wrong;
                }
            }

            return null;
        }

        private Difference? Items(JsonElement value, JsonElement schema, string place, int depth)
        {
            if (value.ValueKind != JsonValueKind.Array || !schema.TryGetProperty("items", out var items) || items.ValueKind != JsonValueKind.Object || schema.TryGetProperty("prefixItems", out _))
            {
                return null;
            }

            var number = 0;
            foreach (var item in value.EnumerateArray())
            {
                if (Mismatch(item, items, $"{place}[{number++}]", depth + 1) is { } wrong)
                {
                    return wrong;
                }
            }

            return null;
        }

        private Difference? Combined(JsonElement value, JsonElement schema, string place, int depth)
        {
            if (schema.TryGetProperty("allOf", out var all) && all.ValueKind == JsonValueKind.Array)
            {
                foreach (var part in all.EnumerateArray())
                {
                    if (Mismatch(value, part, place, depth + 1) is { } wrong)
                    {
                        return wrong;
                    }
                }
            }

            foreach (var name in (ReadOnlySpan<string>)["anyOf", "oneOf"])
            {
                if (schema.TryGetProperty(name, out var any) && any.ValueKind == JsonValueKind.Array && any.GetArrayLength() > 0 && !any.EnumerateArray().Any(part => Mismatch(value, part, place, depth + 1) is null))
                {
                    return new Difference(place, Shown.Value(value), Shown.Text($"one of {any.GetArrayLength()} forms: {any.GetRawText()}"));
                }
            }

            return null;
        }
    }
}
