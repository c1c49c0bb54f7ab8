using System.Text.Json;
using System.Text.Json.Nodes;

namespace LoraMesh.Metrics.Answers;

/// <summary>Answers that are to be JSON.</summary>
internal static class JsonAnswers
{
    /// <summary>Whether an answer is one JSON value and nothing else.</summary>
    public static bool IsValid(string answer) => TryParse(answer, out _);

    /// <summary>1 where answer and reference are the same value, whatever the order of an object's fields.</summary>
    public static double Match(string answer, string reference) => TryParse(answer, out var found) && JsonNode.DeepEquals(found, Reference(reference)) ? 1 : 0;

    /// <summary>
    /// Share of the reference's fields that the answer has with the same value: fields at any depth, elements of a list by
    /// position; of a value without fields 1 or 0. What the answer has beside them does not count.
    /// </summary>
    public static double Fields(string answer, string reference)
    {
        if (!TryParse(answer, out var found))
        {
            return 0;
        }

        var (hits, fields) = Compare(found, Reference(reference));
        return (double)hits / fields;
    }

    // A field given twice has no one value.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private static (int Hits, int Fields) Compare(JsonNode? found, JsonNode? wanted) => wanted switch
    {
        JsonObject { Count: > 0 } members => members.Select(member => Compare(found is JsonObject other && other.TryGetPropertyValue(member.Key, out var value) ? value : Missing, member.Value))
            .Aggregate((Hits: 0, Fields: 0), (sum, part) => (sum.Hits + part.Hits, sum.Fields + part.Fields)),
        JsonArray { Count: > 0 } elements => elements.Select((element, at) => Compare(found is JsonArray other && at < other.Count ? other[at] : Missing, element))
            .Aggregate((Hits: 0, Fields: 0), (sum, part) => (sum.Hits + part.Hits, sum.Fields + part.Fields)),
        _ => (!ReferenceEquals(found, Missing) && JsonNode.DeepEquals(found, wanted) ? 1 : 0, 1),
    };

    // JSON's null is null here, so what is not there needs a value of its own.
    private static readonly JsonObject Missing = [];

    private static JsonNode? Reference(string reference) =>
        TryParse(reference, out var value) ? value : throw new MetricException($"A reference is to be JSON, but is: {(reference.Length > 80 ? reference[..80] + "…" : reference)}");

    private static bool TryParse(string text, out JsonNode? value)
    {
        try
        {
            value = JsonNode.Parse(text, documentOptions: Strict);
            return true;
        }
        catch (JsonException)
        {
            value = null;
            return false;
        }
    }
}
