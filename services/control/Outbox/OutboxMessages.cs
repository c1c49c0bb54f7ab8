using System.Text.Json;
using LoraMesh.Contracts;

namespace LoraMesh.Control.Outbox;

/// <summary>The messages that control publishes, by the name under which the outbox keeps them.</summary>
public static class OutboxMessages
{
    private static readonly Dictionary<string, Type> Types = new Type[]
    {
        typeof(PrepareDataset), typeof(TrainAdapter), typeof(EvaluateAdapter),
        typeof(AdapterPromoted), typeof(AdapterRetired), typeof(RunCancelled),
    }.ToDictionary(type => type.Name, StringComparer.Ordinal);

    /// <summary>The name of a message type.</summary>
    /// <exception cref="ArgumentException">Control does not publish this type.</exception>
    public static string Name(Type type) => Types.ContainsKey(type.Name)
        ? type.Name
        : throw new ArgumentException($"{type} is not among the messages that control publishes ({string.Join(", ", Types.Keys)}).", nameof(type));

    /// <summary>The message that was kept.</summary>
    /// <exception cref="JsonException">The body is not a message of that name.</exception>
    public static object Read(string name, string body) => Types.TryGetValue(name, out var type)
        ? JsonSerializer.Deserialize(body, type, ContractsJson.Options) ?? throw new JsonException($"The outbox keeps a {name} that is JSON null.")
        : throw new JsonException($"The outbox keeps a message '{name}', which this program does not know.");
}
