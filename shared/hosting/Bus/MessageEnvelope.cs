using System.Text.Json;
using LoraMesh.Contracts;
using MassTransit;
using MassTransit.Serialization;

namespace LoraMesh.Hosting.Bus;

/// <summary>Reads the envelope in which the bus sends a message, without trusting it.</summary>
public static class MessageEnvelope
{
    private static readonly Dictionary<string, Type> Known = typeof(PrepareDataset).Assembly.GetExportedTypes()
        .Where(type => type is { IsClass: true, IsAbstract: false, IsGenericType: false })
        .ToDictionary(type => MessageUrn.ForTypeString(type), StringComparer.Ordinal);

    /// <summary>Name of the message's type on the wire, or null.</summary>
    public static string? TypeOf(string body) => Read(body)?.Type;

    /// <summary>The message within, as JSON, or null.</summary>
    internal static string? ContentOf(string body) => Read(body)?.Message;

    /// <summary>The message itself, or null where the body is cut off, no JSON, or of a type that this program does not know.</summary>
    public static object? Open(string body)
    {
        if (Read(body) is not ({ } type, { } message) || !Known.TryGetValue(type, out var known))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(message, known, SystemTextJsonMessageSerializer.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static (string Type, string Message)? Read(string body)
    {
        try
        {
            using var envelope = JsonDocument.Parse(body);
            return envelope.RootElement.ValueKind == JsonValueKind.Object
                && envelope.RootElement.TryGetProperty("messageType", out var types) && types.ValueKind == JsonValueKind.Array && types.GetArrayLength() > 0
                && envelope.RootElement.TryGetProperty("message", out var message)
                ? (types[0].ToString(), message.GetRawText())
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
