using System.Text.Json;
using System.Text.Json.Nodes;
using LoraMesh.DatasetPrep.Rows;

namespace LoraMesh.DatasetPrep.Cleaning.PersonalData;

/// <summary>Goes through the strings and numbers of canonical JSON; names of members stay.</summary>
internal static class JsonTexts
{
    /// <summary>The JSON with every value replaced by what <paramref name="map"/> makes of it, a changed number becoming a string; the same text where nothing changes.</summary>
    public static string Map(string json, Func<string, string> map)
    {
        using var document = JsonDocument.Parse(json);
        var changed = false;
        var mapped = Map(document.RootElement, map, ref changed);
        if (!changed)
        {
            return json;
        }

        using var rewritten = JsonSerializer.SerializeToDocument(mapped);
        return CanonicalJson.Of(rewritten.RootElement);
    }

    private static JsonNode? Map(JsonElement value, Func<string, string> map, ref bool changed)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                var members = new JsonObject();
                foreach (var member in value.EnumerateObject())
                {
                    members[member.Name] = Map(member.Value, map, ref changed);
                }

                return members;
            case JsonValueKind.Array:
                var items = new JsonArray();
                foreach (var item in value.EnumerateArray())
                {
                    items.Add(Map(item, map, ref changed));
                }

                return items;
            case JsonValueKind.String or JsonValueKind.Number:
                var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
                var mapped = map(text);
                changed |= !ReferenceEquals(mapped, text);
                return ReferenceEquals(mapped, text) ? JsonNode.Parse(value.GetRawText()) : mapped;
            default:
                return JsonNode.Parse(value.GetRawText());
        }
    }
}
