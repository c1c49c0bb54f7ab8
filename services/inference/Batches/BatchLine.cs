using System.Text.Json;
using LoraMesh.Contracts;

namespace LoraMesh.Inference.Batches;

/// <summary>One request of a batch: <c>{"custom_id", "method": "POST", "url", "body"}</c>.</summary>
/// <param name="CustomId">The name by which whoever asks finds the answer.</param>
/// <param name="Body">The request's body as UTF-8 JSON.</param>
internal sealed record BatchLine(string CustomId, byte[] Body)
{
    private const int MaxIdLength = 512;

    /// <summary>Reads a line.</summary>
    /// <param name="line">UTF-8 JSON.</param>
    /// <param name="number">Its number, for whoever has to correct it.</param>
    /// <param name="endpoint">The address that it has to be for.</param>
    /// <returns>The request, or what is wrong with it.</returns>
    internal static (BatchLine? Line, BatchProblem? Problem) Read(ReadOnlyMemory<byte> line, int number, string endpoint)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return Wrong("invalid_json_line", "The line is not a JSON object.", null);
            }

            if (Text(root, "custom_id") is not { Length: > 0 and <= MaxIdLength } id)
            {
                return Wrong("missing_required_parameter", $"'custom_id' has to be a text of 1 to {MaxIdLength} letters, another one on every line.", "custom_id");
            }

            if (Text(root, "method") is not ("POST" or null))
            {
                return Wrong("invalid_method", "'method' has to be \"POST\".", "method");
            }

            if (Text(root, "url") != endpoint)
            {
                return Wrong("mismatched_endpoint", $"'url' has to be \"{endpoint}\", the address that the batch is for.", "url");
            }

            if (!root.TryGetProperty("body", out var body) || body.ValueKind != JsonValueKind.Object)
            {
                return Wrong("missing_required_parameter", "'body' has to be the request as a JSON object.", "body");
            }

            return body.TryGetProperty("stream", out var stream) && stream.ValueKind == JsonValueKind.True
                ? Wrong("unsupported_parameter", "'stream' has no meaning in a batch; leave it out.", "body.stream")
                : (new BatchLine(id, JsonSerializer.SerializeToUtf8Bytes(body)), null);
        }
        catch (JsonException e)
        {
            return Wrong("invalid_json_line", $"The line is not valid JSON: byte {e.BytePositionInLine + 1}. {e.Message.Split(" LineNumber:")[0]}", null);
        }

        (BatchLine?, BatchProblem?) Wrong(string code, string message, string? param) => (null, new BatchProblem(code, message, param, number));
    }

    private static string? Text(JsonElement root, string field) =>
        root.TryGetProperty(field, out var value) ? value.ValueKind == JsonValueKind.String ? value.GetString() : "" : null;
}
