using System.Text;
using System.Text.Json;

namespace LoraMesh.Text.Constraints;

// Objects of a schema. The declared members come in their order; members beyond them come last, have keys without
// escapes, and never one of the declared keys.
internal sealed class SchemaObjects(GrammarBuilder grammar, JsonRules json, Func<int, JsonElement, string, int> schemaOf)
{
    private const int MaxNameLength = 500;

    private static readonly JsonElement Anything = JsonDocument.Parse("true").RootElement;

    public int Add(int from, JsonElement schema, string place)
    {
        var members = Declared(schema, place);
        var others = Others(schema, members.Count);
        if (members.Count == 0 && others is { ValueKind: JsonValueKind.True })
        {
            return json.Object(from);
        }

        // Two tracks: before the first member, and after one, when a comma comes first.
        var bare = json.Space(grammar.Literal(from, "{"));
        var filled = grammar.State();
        foreach (var member in members)
        {
            var next = grammar.State();
            var rule = Rule(start => grammar.Literal(start, member.Key), member.Schema, member.Place);
            grammar.Empty(grammar.Call(bare, rule), next);
            grammar.Empty(grammar.Call(json.Comma(filled), rule), next);
            if (!member.IsRequired)
            {
                grammar.Empty(filled, next);
            }

            bare = member.IsRequired ? grammar.State() : bare;
            filled = next;
        }

        if (others is { } allowed)
        {
            var keys = members.ConvertAll(member => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(member.Key).AsMemory(1));
            var rule = Rule(start => ForeignKey(start, keys), allowed, $"{place}.additionalProperties");
            var loop = grammar.State();
            grammar.Empty(filled, loop);
            grammar.Empty(grammar.Call(bare, rule), loop);
            grammar.Empty(grammar.Call(json.Comma(loop), rule), loop);
            filled = loop;
        }

        var close = grammar.State();
        grammar.Empty(bare, close);
        grammar.Empty(json.Space(filled), close);
        return grammar.Literal(close, "}");
    }

    // Made once, though it may come first or behind a comma.
    private int Rule(Func<int, int> key, JsonElement schema, string place)
    {
        var rule = grammar.Rule();
        grammar.Empty(schemaOf(json.Colon(key(grammar.StartOf(rule))), schema, place), grammar.EndOf(rule));
        return rule;
    }

    // A quoted key that is none of some others: along each of them until it differs.
    private int ForeignKey(int from, List<ReadOnlyMemory<byte>> others)
    {
        var end = grammar.State();
        var rest = grammar.State();
        Utf8Ranges.Add(grammar, rest, rest, [(0x20, 0x21), (0x23, 0x5B), (0x5D, 0x10FFFF)]);
        grammar.Bytes(rest, end, '"', '"');
        Along(grammar.Literal(from, "\""), others, rest, end);
        return end;
    }

    // Beyond ASCII it differs in the first byte already: half a character is never left alone.
    private void Along(int from, IEnumerable<ReadOnlyMemory<byte>> keys, int rest, int end)
    {
        var next = keys.GroupBy(key => key.Span[0]).ToList();
        var taken = next.Select(group => (int)group.Key).ToHashSet();
        for (var value = 0x20; value < 0x80; value++)
        {
            if (value != '\\' && !taken.Contains(value))
            {
                grammar.Bytes(from, value == '"' ? end : rest, value, value);
            }
        }

        if (!taken.Any(value => value >= 0x80))
        {
            Utf8Ranges.Add(grammar, from, rest, [(0x80, 0x10FFFF)]);
        }

        foreach (var group in next.Where(group => group.Key is < 0x80 and not ((byte)'"' or (byte)'\\')))
        {
            var to = grammar.State();
            grammar.Bytes(from, to, group.Key, group.Key);
            Along(to, group.Select(key => key[1..]), rest, end);
        }
    }

    private static List<DeclaredMember> Declared(JsonElement schema, string place)
    {
        var required = Required(schema, place);
        var members = new List<DeclaredMember>();
        if (schema.TryGetProperty("properties", out var properties))
        {
            if (properties.ValueKind != JsonValueKind.Object)
            {
                throw new ConstraintException($"{place}.properties", "'properties' is an object of schemas.");
            }

            members.AddRange(properties.EnumerateObject().DistinctBy(property => property.Name).Select(property =>
                new DeclaredMember(Quote(property.Name, $"{place}.properties"), property.Value, $"{place}.properties.{property.Name}", required.Remove(property.Name))));
        }

        // What is required and not declared follows additionalProperties.
        var additional = schema.TryGetProperty("additionalProperties", out var found) ? found : Anything;
        members.AddRange(required.Select(name => new DeclaredMember(Quote(name, $"{place}.required"), additional, $"{place}.required", true)));
        return members;
    }

    private static List<string> Required(JsonElement schema, string place)
    {
        if (!schema.TryGetProperty("required", out var names))
        {
            return [];
        }

        return names.ValueKind == JsonValueKind.Array && names.EnumerateArray().All(name => SchemaFields.Text(name) is not null)
            ? [.. names.EnumerateArray().Select(name => name.GetString()!).Distinct()]
            : throw new ConstraintException($"{place}.required", "'required' is an array of names.");
    }

    // Nothing is made up beside what is declared, unless the schema asks for it.
    private static JsonElement? Others(JsonElement schema, int declared) =>
        schema.TryGetProperty("additionalProperties", out var additional) ? additional.ValueKind == JsonValueKind.False ? null : additional
        : declared == 0 ? Anything : null;

    private static string Quote(string name, string place) => name.Length <= MaxNameLength
        ? SchemaFields.Json(JsonSerializer.SerializeToElement(name))
        : throw new ConstraintException(place, $"a name has {name.Length} characters; expected at most {MaxNameLength}.");

    private sealed record DeclaredMember(string Key, JsonElement Schema, string Place, bool IsRequired);
}
