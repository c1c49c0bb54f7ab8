using YamlDotNet.RepresentationModel;

namespace LoraMesh.UnitTests.Architecture;

/// <summary>The documents below <c>compose/kubernetes</c>, as they are written, and paths into them such as <c>spec/template/spec</c>.</summary>
internal static class KubernetesManifests
{
    internal static string Folder { get; } = Path.Combine(Repository.Root, "compose", "kubernetes");

    /// <summary>Every document with a kind; patches too.</summary>
    internal static IReadOnlyList<YamlMappingNode> All { get; } = [.. Directory.EnumerateFiles(Folder, "*.yaml", SearchOption.AllDirectories).Order(StringComparer.Ordinal).SelectMany(Read)];

    /// <summary>Every Deployment and Job of the base.</summary>
    internal static IReadOnlyList<YamlMappingNode> Workloads { get; } =
        [.. Directory.EnumerateFiles(Path.Combine(Folder, "base"), "*.yaml").Order(StringComparer.Ordinal).SelectMany(Read).Where(document => document.Text("kind") is "Deployment" or "Job")];

    internal static IEnumerable<YamlMappingNode> OfKind(string kind) => All.Where(document => document.Text("kind") == kind);

    internal static string Name(this YamlMappingNode document) => document.Text("metadata/name") ?? "";

    /// <summary>The node at a path, or null; a number is a place in a list.</summary>
    internal static YamlNode? At(this YamlNode? node, string path)
    {
        foreach (var step in path.Split('/'))
        {
            node = node switch
            {
                YamlMappingNode map when map.Children.TryGetValue(new YamlScalarNode(step), out var value) => value,
                YamlSequenceNode list when int.TryParse(step, out var place) && place < list.Children.Count => list[place],
                _ => null,
            };
        }

        return node;
    }

    internal static string? Text(this YamlNode? node, string path) => (node.At(path) as YamlScalarNode)?.Value;

    internal static IEnumerable<YamlNode> List(this YamlNode? node, string path) => node.At(path) is YamlSequenceNode list ? list.Children : [];

    private static IEnumerable<YamlMappingNode> Read(string file)
    {
        using var reader = File.OpenText(file);
        var stream = new YamlStream();
        stream.Load(reader);
        return stream.Documents.Select(document => (YamlMappingNode)document.RootNode).Where(document => document.Text("kind") is not null);
    }
}
