using System.Text.Encodings.Web;
using System.Text.Json;

namespace LoraMesh.CommandLine.Display;

/// <summary>A command line that asks the OpenAI endpoint, to be copied into a shell.</summary>
public static class CurlLine
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Makes the line.</summary>
    /// <param name="address">Base address of the endpoint, such as <c>http://127.0.0.1:8080/v1</c>.</param>
    /// <param name="model">Model name.</param>
    /// <param name="messages">JSON array of messages, the question last.</param>
    public static string Make(string address, string model, JsonElement messages)
    {
        var body = JsonSerializer.Serialize(new { model, messages, temperature = 0 }, Plain);

        // In single quotes the shell leaves everything alone but the quote itself.
        return $"curl -s {address}/chat/completions -H 'Content-Type: application/json' -d '{body.Replace("'", @"'\''", StringComparison.Ordinal)}'";
    }
}
