using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using LoraMesh.Contracts;
using MassTransit.Serialization;

namespace LoraMesh.UnitTests.Contracts;

/// <summary>
/// Mixed versions: the shapes that earlier versions send and expect (<c>history/</c>, each a copy of wire.approved.txt of its day) against those of
/// this one. Shapes may only grow: what an earlier version sends must be readable here, and what is sent here must be readable there.
/// </summary>
public sealed class WireHistoryTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "unit", "Contracts");

    public static TheoryData<string> Versions => new(Directory.GetFiles(Path.Combine(Folder, "history")).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Versions))]
    public void Shapes_OfAnEarlierVersion_StandAndOnlyGrow(string version)
    {
        var (earlier, now) = (Read(Path.Combine("history", version)), Read("wire.approved.txt"));

        foreach (var (type, properties) in earlier)
        {
            Assert.True(now.TryGetValue(type, out var grown), $"{type} is gone, which {version} sends or expects");
            foreach (var (name, shape) in properties)
            {
                Assert.True(grown.TryGetValue(name, out var found), $"{type}.{name} is gone, which {version} sends or expects");
                Assert.True(found == shape, $"{type}.{name} is '{found}', and was '{shape}' in {version}: a changed meaning needs a new name");
            }

            Assert.All(grown.Where(property => !properties.ContainsKey(property.Key)), property =>
                Assert.False(property.Value.StartsWith("required ", StringComparison.Ordinal), $"{type}.{property.Key} is required, but {version} does not send it"));
        }
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void Messages_OfAnEarlierVersion_AreReadWholeHere(string version)
    {
        var earlier = Read(Path.Combine("history", version));
        foreach (var (name, properties) in earlier)
        {
            var type = typeof(BlobRef).Assembly.GetType(name)!;
            var sent = Sample(type, earlier);

            var read = JsonSerializer.Deserialize(sent, type, SystemTextJsonMessageSerializer.Options);

            Assert.NotNull(read);
            var again = JsonSerializer.SerializeToNode(read, type, SystemTextJsonMessageSerializer.Options)!.AsObject();
            Assert.All(properties.Keys.Select(key => Wire(type.GetProperty(key)!)), property => Assert.True(Contains(again[property], sent[property]), $"{name}.{property} was {sent[property]?.ToJsonString()} and became {again[property]?.ToJsonString()}"));
        }
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void Messages_OfThisVersion_HoldAllThatAnEarlierOneAsksFor(string version)
    {
        var (earlier, now) = (Read(Path.Combine("history", version)), Read("wire.approved.txt"));
        foreach (var (name, properties) in earlier)
        {
            var type = typeof(BlobRef).Assembly.GetType(name)!;
            var sent = JsonSerializer.SerializeToNode(JsonSerializer.Deserialize(Sample(type, now), type, SystemTextJsonMessageSerializer.Options), type, SystemTextJsonMessageSerializer.Options)!.AsObject();

            Assert.All(properties.Where(property => property.Value.StartsWith("required ", StringComparison.Ordinal)), property =>
                Assert.True(sent[Wire(type.GetProperty(property.Key)!)] is not null, $"{name}.{property.Key}, which {version} asks for, is not sent"));
        }
    }

    private static Dictionary<string, Dictionary<string, string>> Read(string file)
    {
        var types = new Dictionary<string, Dictionary<string, string>>(StringComparer.Ordinal);
        var type = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in File.ReadLines(Path.Combine(Folder, file)))
        {
            if (!line.StartsWith("  ", StringComparison.Ordinal))
            {
                types[line] = type = new Dictionary<string, string>(StringComparer.Ordinal);
                continue;
            }

            var required = line.StartsWith("  required ", StringComparison.Ordinal);
            var parts = line[(required ? "  required ".Length : 2)..].Split(": ");
            type[parts[0]] = (required ? "required " : "") + parts[1];
        }

        return types;
    }

    // A message with every property that the version knew, each with a value of its own kind.
    private static JsonObject Sample(Type type, Dictionary<string, Dictionary<string, string>> shapes)
    {
        var sample = new JsonObject();
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => shapes[type.FullName!].ContainsKey(property.Name)))
        {
            sample[Wire(property)] = Value(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType, shapes);
        }

        return sample;
    }

    private static JsonNode? Value(Type type, Dictionary<string, Dictionary<string, string>> shapes) => type switch
    {
        _ when type == typeof(string) => "text",
        _ when type == typeof(int) || type == typeof(long) => 7,
        _ when type == typeof(double) => 0.5,
        _ when type == typeof(bool) => true,
        _ when type == typeof(DateTimeOffset) => "2026-11-25T12:00:00+00:00",
        _ when type.IsGenericType && type.GetGenericArguments() is [_, var value] => new JsonObject { ["key"] = Value(value, shapes) },
        _ when type.IsGenericType && typeof(IEnumerable).IsAssignableFrom(type) => new JsonArray(Value(type.GetGenericArguments()[0], shapes)),
        _ when shapes.ContainsKey(type.FullName!) => Sample(type, shapes),
        _ => throw new InvalidOperationException($"No sample value for {type}."),
    };

    // What was sent is in what was read; what this version adds of its own does not matter.
    private static bool Contains(JsonNode? whole, JsonNode? part) => (whole, part) switch
    {
        (JsonObject bigger, JsonObject smaller) => smaller.All(entry => Contains(bigger[entry.Key], entry.Value)),
        (JsonArray bigger, JsonArray smaller) => bigger.Count == smaller.Count && bigger.Zip(smaller).All(pair => Contains(pair.First, pair.Second)),
        _ => JsonNode.DeepEquals(whole, part),
    };

    private static string Wire(PropertyInfo property) => property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name
        ?? SystemTextJsonMessageSerializer.Options.PropertyNamingPolicy?.ConvertName(property.Name) ?? property.Name;
}
