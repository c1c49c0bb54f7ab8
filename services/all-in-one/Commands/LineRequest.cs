using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LoraMesh.AllInOne.Commands;

/// <summary>One line of an input file as a JSON object, whose members are read with their kinds checked. Other members are passed over.</summary>
public sealed class LineRequest
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false };

    private readonly JsonObject _members;

    private LineRequest(JsonObject members) => _members = members;

    /// <summary>Reads a line.</summary>
    /// <exception cref="LineRefusedException">It is not a JSON object in UTF-8.</exception>
    public static LineRequest Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            var text = Strict.GetString(line).TrimStart('\uFEFF');
            var node = JsonNode.Parse(text, documentOptions: Options) ?? throw new LineRefusedException("found null, expected a JSON object.");
            if (node is not JsonObject members)
            {
                throw new LineRefusedException($"found {Kind(node)}, expected a JSON object.");
            }

            return new LineRequest(members);
        }
        catch (JsonException failure)
        {
            throw new LineRefusedException($"not JSON, at byte {failure.BytePositionInLine + 1}: {failure.Message.Split(" LineNumber:")[0]}", failure);
        }
        catch (Exception failure) when (failure is DecoderFallbackException or ArgumentException or InvalidOperationException)
        {
            throw new LineRefusedException($"not JSON in UTF-8: {failure.Message}", failure);
        }
    }

    /// <summary>Whether the member is there and not null.</summary>
    public bool Has(string name) => _members[name] is not null;

    /// <summary>A string; null where the member is absent.</summary>
    /// <exception cref="LineRefusedException">It is something else, or holds half a surrogate pair.</exception>
    public string? Text(string name)
    {
        if (_members[name] is not { } node)
        {
            return null;
        }

        if (node.GetValueKind() != JsonValueKind.String)
        {
            throw Wrong(name, node, "a string");
        }

        try
        {
            return node.GetValue<string>();
        }
        catch (InvalidOperationException failure)
        {
            throw new LineRefusedException($"'{name}' holds half a surrogate pair, which no text has. Write the character whole.", failure);
        }
    }

    /// <summary>A flag; the default where the member is absent.</summary>
    /// <exception cref="LineRefusedException">It is something else.</exception>
    public bool Flag(string name, bool whenAbsent) => _members[name] switch
    {
        null => whenAbsent,
        var node when node.GetValueKind() is JsonValueKind.True or JsonValueKind.False => node.GetValue<bool>(),
        var node => throw Wrong(name, node, "true or false"),
    };

    /// <summary>A list; null where the member is absent.</summary>
    /// <exception cref="LineRefusedException">It is something else.</exception>
    public JsonArray? List(string name) => _members[name] switch
    {
        null => null,
        JsonArray list => list,
        var node => throw Wrong(name, node, "a list"),
    };

    /// <summary>An object; null where the member is absent.</summary>
    /// <exception cref="LineRefusedException">It is something else.</exception>
    public JsonObject? Members(string name) => _members[name] switch
    {
        null => null,
        JsonObject value => value,
        var node => throw Wrong(name, node, "an object"),
    };

    /// <summary>Token ids; null where the member is absent.</summary>
    /// <exception cref="LineRefusedException">It is no list of whole numbers from 0 up.</exception>
    public int[]? Ids(string name) => List(name)?.Select((node, i) =>
        node is JsonValue value && value.GetValueKind() == JsonValueKind.Number && value.TryGetValue<int>(out var id) && id >= 0
            ? id
            : throw Wrong($"{name}[{i}]", node, "a whole number from 0 to 2147483647")).ToArray();

    private static LineRefusedException Wrong(string name, JsonNode? node, string expected) => new($"'{name}' is {Kind(node)}, expected {expected}.");

    private static string Kind(JsonNode? node) => node?.GetValueKind() switch
    {
        null or JsonValueKind.Null => "null",
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "the number " + node.ToJsonString(),
        _ => node.ToJsonString(),
    };
}
