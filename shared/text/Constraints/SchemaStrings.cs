using System.Text.Json;

namespace LoraMesh.Text.Constraints;

// Strings of a schema.
internal sealed class SchemaStrings(GrammarBuilder grammar, JsonRules json)
{
    private const string Date = "[12][0-9]{3}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))";
    private const string Time = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]{1,6})?(?:Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9])";
    private const string Label = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,20}[A-Za-z0-9])?";
    private const string Octet = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";

    // RFC 3339 (years of 365 days, no leap seconds), 4122, 1123, 5321 without quoting.
    private static readonly Dictionary<string, string> Formats = new(StringComparer.Ordinal)
    {
        ["date"] = Date,
        ["time"] = Time,
        ["date-time"] = $"{Date}T{Time}",
        ["duration"] = "P(?:[0-9]{1,4}D(?:T[0-9]{1,4}H)?|T[0-9]{1,4}(?:H(?:[0-9]{1,4}M(?:[0-9]{1,4}S)?)?|M(?:[0-9]{1,4}S)?|S)|[0-9]{1,4}W)",
        ["uuid"] = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        ["hostname"] = $"{Label}(?:\\.{Label}){{0,4}}",
        ["email"] = $"{Label}(?:\\.{Label})?@{Label}(?:\\.{Label}){{0,3}}\\.[A-Za-z]{{2,10}}",
        ["ipv4"] = $"{Octet}(?:\\.{Octet}){{3}}",
    };

    private readonly PatternGrammar _patterns = new(grammar, inJson: true);

    public int Add(int from, JsonElement schema, string place)
    {
        var min = SchemaFields.Count(schema, "minLength", place);
        var max = SchemaFields.Count(schema, "maxLength", place);
        var pattern = schema.TryGetProperty("pattern", out var found) ? found : default(JsonElement?);
        var format = schema.TryGetProperty("format", out found) ? found : default(JsonElement?);
        if (pattern is null && format is null && min is null or 0 && max is null)
        {
            return json.String(from);
        }

        if ((min is not null || max is not null ? 1 : 0) + (pattern is null ? 0 : 1) + (format is null ? 0 : 1) > 1)
        {
            throw new ConstraintException(place, "only one of a length, 'pattern' and 'format' is kept to where answers are held to a schema; put the length into the pattern.");
        }

        from = grammar.Literal(from, "\"");
        from = pattern is { } expression ? Pattern(from, expression, $"{place}.pattern")
            : format is { } name ? Format(from, name, $"{place}.format")
            : max < min ? grammar.State()
            : json.Characters(from, min ?? 0, max ?? int.MaxValue);
        return grammar.Literal(from, "\"");
    }

    private int Pattern(int from, JsonElement pattern, string place) =>
        _patterns.Somewhere(from, SchemaFields.Text(pattern) ?? throw new ConstraintException(place, "'pattern' is a string."), place);

    private int Format(int from, JsonElement format, string place) =>
        SchemaFields.Text(format) is { } name && Formats.TryGetValue(name, out var pattern)
            ? _patterns.Whole(from, pattern, place)
            : throw new ConstraintException(place, $"the format {SchemaFields.Show(format)} is not kept to where answers are held to a schema; expected {string.Join(", ", Formats.Keys)}, or a pattern instead.");
}
