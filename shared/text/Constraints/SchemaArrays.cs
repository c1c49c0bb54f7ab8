using System.Text.Json;

namespace LoraMesh.Text.Constraints;

// Arrays of a schema: the first items by prefixItems, the others by items.
internal sealed class SchemaArrays(GrammarBuilder grammar, JsonRules json, Func<int, JsonElement, string, int> schemaOf)
{
    private static readonly JsonElement Anything = JsonDocument.Parse("true").RootElement;

    public int Add(int from, JsonElement schema, string place)
    {
        if (schema.TryGetProperty("uniqueItems", out var unique) && unique.ValueKind == JsonValueKind.True)
        {
            throw new ConstraintException($"{place}.uniqueItems", "'uniqueItems' is not supported where answers are held to a schema; leave it out.");
        }

        var first = Prefix(schema, place);
        var items = schema.TryGetProperty("items", out var found) ? found : Anything;
        var min = SchemaFields.Count(schema, "minItems", place) ?? 0;
        var max = SchemaFields.Count(schema, "maxItems", place) ?? int.MaxValue;
        max = items.ValueKind == JsonValueKind.False ? Math.Min(max, first.Count) : max;
        if (max < min)
        {
            return grammar.State();
        }

        from = json.Space(grammar.Literal(from, "["));
        var rule = max > first.Count ? Rule(items, $"{place}.items") : -1;

        var close = grammar.State();
        var filled = -1;
        for (var index = 0; index < Math.Min(max, Math.Max(first.Count, Math.Max(min, 1))); index++)
        {
            if (index >= min)
            {
                grammar.Empty(index == 0 ? from : json.Space(filled), close);
            }

            var start = index == 0 ? from : json.Comma(filled);
            filled = index < first.Count ? schemaOf(start, first[index], $"{place}.prefixItems[{index}]") : grammar.Call(start, rule);
        }

        if (filled >= 0)
        {
            var more = Math.Max(first.Count, Math.Max(min, 1));
            var least = Math.Max(0, min - more);
            filled = max <= more ? filled : grammar.Repeat(filled, least, max == int.MaxValue ? max : max - more, start => grammar.Call(json.Comma(start), rule));
        }

        grammar.Empty(filled < 0 ? from : json.Space(filled), close);
        return grammar.Literal(close, "]");
    }

    // Made once, however often it stands in the array.
    private int Rule(JsonElement schema, string place)
    {
        var rule = grammar.Rule();
        grammar.Empty(schemaOf(grammar.StartOf(rule), schema, place), grammar.EndOf(rule));
        return rule;
    }

    private static List<JsonElement> Prefix(JsonElement schema, string place)
    {
        if (!schema.TryGetProperty("prefixItems", out var first))
        {
            return schema.TryGetProperty("items", out var items) && items.ValueKind == JsonValueKind.Array
                ? throw new ConstraintException($"{place}.items", "'items' is an array, as older drafts had it; write 'prefixItems'.")
                : [];
        }

        return first.ValueKind == JsonValueKind.Array ? [.. first.EnumerateArray()] : throw new ConstraintException($"{place}.prefixItems", "'prefixItems' is an array of schemas.");
    }
}
