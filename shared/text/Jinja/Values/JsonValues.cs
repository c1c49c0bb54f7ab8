using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LoraMesh.Text.Jinja.Values;

// JSON as the values a template sees.
internal static class JsonValues
{
    public static object Read(JsonNode? node)
    {
        Budget.CheckStack();
        try
        {
            return ReadNode(node);
        }
        catch (Exception failure) when (failure is ArgumentException or InvalidOperationException)
        {
            // JSON nodes are read when they are looked at: only then a doubled name or half a surrogate pair shows.
            throw new JinjaException($"the conversation holds JSON that cannot be read: {failure.Message}");
        }
    }

    private static object ReadNode(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                var items = DictValue.NewItems();
                foreach (var (name, value) in members)
                {
                    items[name] = Read(value);
                }

                return new DictValue(items);
            case JsonArray array:
                return new ListValue([.. array.Select(Read)]);
            case JsonValue scalar:
                return ReadScalar(scalar);
            default:
                return NoneValue.Instance;
        }
    }

    private static object ReadScalar(JsonValue scalar) => scalar.GetValueKind() switch
    {
        JsonValueKind.String => scalar.GetValue<string>(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number => ReadNumber(scalar.ToJsonString()),
        _ => NoneValue.Instance,
    };

    // As Python's json does: a point or an exponent makes it a float.
    private static object ReadNumber(string text) =>
        text.AsSpan().ContainsAny('.', 'e', 'E')
            ? double.Parse(text, CultureInfo.InvariantCulture)
            : Numbers.Shrink(BigInteger.Parse(text, CultureInfo.InvariantCulture));
}
