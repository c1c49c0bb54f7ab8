using System.Text.Json;

namespace LoraMesh.Text.Constraints;

// JSON Schema (2020-12) as a grammar of the texts that are valid under it, or of a part of them: members come in the
// order of the schema, and those that are not declared only where additionalProperties allows them by name. What cannot
// be kept to is refused, with its place; keywords that ask for nothing are passed over.
internal sealed class SchemaGrammar
{
    private const int MaxReferences = 2_000;

    private static readonly string[] Unsupported =
    [
        "not", "if", "then", "else", "dependentRequired", "dependentSchemas", "dependencies", "patternProperties", "propertyNames", "minProperties", "maxProperties",
        "unevaluatedProperties", "unevaluatedItems", "contains", "minContains", "maxContains", "additionalItems", "$dynamicRef", "$recursiveRef", "$anchor", "$dynamicAnchor", "nullable",
    ];

    private static readonly string[] Asserting =
    [
        "$ref", "allOf", "anyOf", "oneOf", "const", "enum", "type", "properties", "required", "additionalProperties", "items", "prefixItems", "minItems", "maxItems", "uniqueItems",
        "minLength", "maxLength", "pattern", "format", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
    ];

    private readonly GrammarBuilder _grammar;
    private readonly JsonRules _json;
    private readonly JsonElement _root;
    private readonly string _place;
    private readonly SchemaStrings _strings;
    private readonly SchemaNumbers _numbers;
    private readonly Dictionary<string, int> _rules = new(StringComparer.Ordinal);
    private readonly Queue<(int Rule, JsonElement Schema, string Place)> _open = [];

    private SchemaGrammar(GrammarBuilder grammar, JsonRules json, JsonElement root, string place)
    {
        _grammar = grammar;
        _json = json;
        _root = root;
        _place = place;
        _strings = new SchemaStrings(grammar, json);
        _numbers = new SchemaNumbers(grammar, json);
    }

    public static int Add(GrammarBuilder grammar, JsonRules json, int from, JsonElement schema, string place)
    {
        var compiler = new SchemaGrammar(grammar, json, schema, place);
        var to = compiler.Schema(from, schema, place);
        // References are worked off from a queue: chains of them may be longer than a call stack.
        while (compiler._open.TryDequeue(out var next))
        {
            grammar.Empty(compiler.Schema(grammar.StartOf(next.Rule), next.Schema, next.Place), grammar.EndOf(next.Rule));
        }

        return to;
    }

    private int Schema(int from, JsonElement schema, string place)
    {
        _grammar.Place = place;
        switch (schema.ValueKind)
        {
            case JsonValueKind.True:
                return _json.Value(from);
            case JsonValueKind.False:
                return _grammar.State();
            case JsonValueKind.Object:
                break;
            default:
                throw new ConstraintException(place, "a schema is an object, true or false.");
        }

        if (Array.Find(Unsupported, name => schema.TryGetProperty(name, out _)) is { } unknown)
        {
            throw new ConstraintException($"{place}.{unknown}", $"'{unknown}' is not supported where answers are held to a schema; leave it out.");
        }

        foreach (var name in (ReadOnlySpan<string>)["$ref", "allOf", "anyOf", "oneOf", "const", "enum"])
        {
            if (schema.TryGetProperty(name, out var value))
            {
                RefuseBeside(name, schema, place);
                return name switch
                {
                    "$ref" => Reference(from, value, $"{place}.$ref"),
                    "const" => _grammar.Literal(from, SchemaFields.Json(value)),
                    "enum" => Enumeration(from, schema, value, $"{place}.enum"),
                    _ => Combination(from, name, value, $"{place}.{name}"),
                };
            }
        }

        var types = SchemaFields.Types(schema, place);
        return types.Count == 0 ? _json.Value(from) : _grammar.Choice(from, types.Select<string, Func<int, int>>(type => start => Type(start, type, schema, place)));
    }

    private int Type(int from, string type, JsonElement schema, string place)
    {
        _grammar.Place = place;
        return type switch
        {
            "object" => new SchemaObjects(_grammar, _json, Schema).Add(from, schema, place),
            "array" => new SchemaArrays(_grammar, _json, Schema).Add(from, schema, place),
            "string" => _strings.Add(from, schema, place),
            "number" => _numbers.Add(from, schema, place, isWhole: false),
            "integer" => _numbers.Add(from, schema, place, isWhole: true),
            "boolean" => _grammar.Choice(from, [_json.Literal("true"), _json.Literal("false")]),
            "null" => _grammar.Literal(from, "null"),
            _ => throw new ConstraintException($"{place}.type", $"the type \"{type}\" is not known; expected object, array, string, number, integer, boolean or null."),
        };
    }

    // Two demands on one value would have to be met at once, which alternatives of a grammar cannot say.
    private static void RefuseBeside(string name, JsonElement schema, string place)
    {
        foreach (var other in Asserting.Where(other => other != name && schema.TryGetProperty(other, out _)))
        {
            if (other != "type" || name is not ("const" or "enum" or "anyOf" or "oneOf"))
            {
                throw new ConstraintException($"{place}.{other}", $"'{other}' beside '{name}' is not supported where answers are held to a schema; put it into the schemas that '{name}' names.");
            }
        }
    }

    private int Reference(int from, JsonElement value, string place)
    {
        var pointer = SchemaFields.Text(value) ?? "";
        if (!_rules.TryGetValue(pointer, out var rule))
        {
            var target = SchemaFields.Find(_root, pointer) ?? throw new ConstraintException(
                place, $"the reference {SchemaFields.Show(value)} leads nowhere; expected a pointer within the schema, such as \"#/$defs/name\".");
            if (_rules.Count == MaxReferences)
            {
                throw new ConstraintException(place, $"the schema refers to more than {MaxReferences} places.");
            }

            _rules[pointer] = rule = _grammar.Rule();
            _open.Enqueue((rule, target, _place + pointer[1..].Replace('/', '.')));
        }

        return _grammar.Call(from, rule);
    }

    private int Enumeration(int from, JsonElement schema, JsonElement values, string place)
    {
        if (values.ValueKind != JsonValueKind.Array)
        {
            throw new ConstraintException(place, "'enum' is an array of values.");
        }

        var types = SchemaFields.Types(schema, place);
        var allowed = values.EnumerateArray().Where(value => types.Count == 0 || types.Any(type => SchemaFields.Is(value, type)));
        return _grammar.Choice(from, allowed.Select(value => _json.Literal(SchemaFields.Json(value))));
    }

    private int Combination(int from, string name, JsonElement branches, string place)
    {
        if (branches.ValueKind != JsonValueKind.Array || branches.GetArrayLength() == 0)
        {
            throw new ConstraintException(place, $"'{name}' is an array of one or more schemas.");
        }

        var all = branches.EnumerateArray().Select((branch, index) => (Schema: branch, Place: $"{place}[{index}]")).ToList();
        if (name == "allOf" && all.Count > 1)
        {
            throw new ConstraintException(place, "'allOf' of several schemas is not supported where answers are held to a schema; write them as one.");
        }

        if (name == "oneOf" && !SchemaAlternatives.AreApart(all.ConvertAll(branch => branch.Schema), _root, place))
        {
            throw new ConstraintException(place, "these alternatives may hold of one value at once, as far as can be seen; use anyOf, or tell them apart by type, or by a required member that is a constant.");
        }

        return _grammar.Choice(from, all.Select<(JsonElement Schema, string Place), Func<int, int>>(branch => start => Schema(start, branch.Schema, branch.Place)));
    }
}
