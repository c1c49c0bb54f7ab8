using System.Text.Json;
using System.Text.RegularExpressions;
using LoraMesh.Inference.Models;
using LoraMesh.Text;

namespace LoraMesh.Inference.Api;

// Reads what an answer must look like: OpenAI's response_format, vLLM's structured_outputs and its older guided_ fields.
internal static partial class ConstraintReader
{
    private const int MaxChoices = 1_000;

    private static readonly string[] Guided = ["guided_json", "guided_regex", "guided_choice"];
    private static readonly string[] Structured = ["json", "regex", "choice", "json_object"];

    public static AnswerConstraint? Read(JsonFields fields)
    {
        AnswerConstraint? constraint = null;
        if (fields.Find("response_format") is { } format)
        {
            constraint = ReadFormat(format);
        }

        if (fields.Find("structured_outputs") is { } structured)
        {
            constraint = Single(constraint, ReadStructured(structured), "structured_outputs");
        }

        foreach (var name in Guided)
        {
            if (fields.Find(name) is { } value)
            {
                constraint = Single(constraint, Make(name["guided_".Length..], value, name), name);
            }
        }

        return constraint;
    }

    private static AnswerConstraint? Single(AnswerConstraint? before, AnswerConstraint? after, string param) =>
        before is null || after is null ? before ?? after
        : throw RequestException.Invalid(param, $"'{param}' and '{before.Param}' both say what the answer must look like; send one of them.");

    private static AnswerConstraint? ReadFormat(JsonElement format)
    {
        var fields = Fields(format, "response_format");
        var type = fields.Find("type") is { } found ? JsonFields.Text(found, "response_format.type") : "";
        switch (type)
        {
            case "text":
                return null;
            case "json_object":
                return new AnswerConstraint(new ObjectPart(), "json_object", "response_format");
            case "json_schema":
                break;
            default:
                throw RequestException.Invalid("response_format.type", $"'response_format.type' is \"{type}\"; expected text, json_object or json_schema.");
        }

        const string Place = "response_format.json_schema";
        var schema = Fields(fields.Find("json_schema") ?? throw RequestException.Invalid(Place, $"'{Place}' is missing; expected an object with name and schema."), Place);
        var name = schema.Find("name") is { } named ? JsonFields.Text(named, $"{Place}.name") : "";
        if (!SchemaName().IsMatch(name))
        {
            throw RequestException.Invalid($"{Place}.name", $"'{Place}.name' is \"{name}\"; expected 1 to 64 letters, digits, underscores and dashes.");
        }

        if (schema.Find("strict") is { } strict && strict.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            throw JsonFields.Wrong($"{Place}.strict", strict, "true or false");
        }

        return Json(schema.Find("schema") ?? throw RequestException.Invalid($"{Place}.schema", $"'{Place}.schema' is missing; expected a JSON schema."), $"{Place}.schema");
    }

    private static AnswerConstraint? ReadStructured(JsonElement structured)
    {
        Fields(structured, "structured_outputs");
        AnswerConstraint? constraint = null;
        foreach (var member in structured.EnumerateObject().Where(member => member.Value.ValueKind != JsonValueKind.Null))
        {
            if (Structured.Contains(member.Name))
            {
                constraint = Single(constraint, Make(member.Name, member.Value, $"structured_outputs.{member.Name}"), $"structured_outputs.{member.Name}");
            }
            else if (member.Name is "grammar" or "structural_tag" or "whitespace_pattern")
            {
                throw RequestException.Invalid($"structured_outputs.{member.Name}", $"'structured_outputs.{member.Name}' is not supported here; use {string.Join(", ", Structured)}.", "unsupported_parameter");
            }
        }

        return constraint;
    }

    private static AnswerConstraint? Make(string kind, JsonElement value, string param)
    {
        switch (kind)
        {
            case "json":
                return Json(value, param);
            case "regex":
                var pattern = JsonFields.Text(value, param);
                return new AnswerConstraint(new PatternPart(pattern, param), "regex " + pattern, param);
            case "choice":
                return Choices(value, param);
            default:
                return value.ValueKind is JsonValueKind.True or JsonValueKind.False
                    ? value.GetBoolean() ? new AnswerConstraint(new ObjectPart(), "json_object", param) : null
                    : throw JsonFields.Wrong(param, value, "true or false");
        }
    }

    // vLLM takes a schema as an object or as its text.
    private static AnswerConstraint Json(JsonElement schema, string param)
    {
        if (schema.ValueKind != JsonValueKind.String)
        {
            return new AnswerConstraint(new SchemaPart(schema.Clone(), param), "json " + schema.GetRawText(), param);
        }

        try
        {
            using var document = JsonDocument.Parse(JsonFields.Text(schema, param));
            return new AnswerConstraint(new SchemaPart(document.RootElement.Clone(), param), "json " + document.RootElement.GetRawText(), param);
        }
        catch (JsonException e)
        {
            throw RequestException.Invalid(param, $"The text in '{param}' is not JSON: {e.Message}");
        }
    }

    private static AnswerConstraint Choices(JsonElement value, string param)
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() is 0 or > MaxChoices)
        {
            throw JsonFields.Wrong(param, value, $"1 to {MaxChoices} strings");
        }

        var texts = value.EnumerateArray().Select((text, index) => JsonFields.Text(text, $"{param}[{index}]")).ToList();
        return texts.TrueForAll(text => text.Length > 0)
            ? new AnswerConstraint(new ChoicePart([.. texts.Select(text => new LiteralPart(text))]), "choice " + value.GetRawText(), param)
            : throw RequestException.Invalid(param, $"A string in '{param}' is empty; expected at least one character.");
    }

    private static JsonFields Fields(JsonElement value, string param) =>
        value.ValueKind == JsonValueKind.Object ? new JsonFields(value) : throw JsonFields.Wrong(param, value, "an object");

    [GeneratedRegex("^[A-Za-z0-9_-]{1,64}\\z")]
    private static partial Regex SchemaName();
}
