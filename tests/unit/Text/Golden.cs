using System.Text.Json.Nodes;

namespace LoraMesh.UnitTests.Text;

// Expected values made by the reference implementations (tokenizers 0.23, transformers 5.12), with their own texts.
internal static class Golden
{
    public static string Folder(params string[] parts) => Path.Combine([AppContext.BaseDirectory, "Text", "golden", .. parts]);

    public static IReadOnlyList<JsonNode> Lines(params string[] parts) =>
        [.. File.ReadLines(Folder(parts)).Where(line => line.Length > 0).Select(line => JsonNode.Parse(line)!)];

    public static int[] Ints(JsonNode? node) => [.. node!.AsArray().Select(n => n!.GetValue<int>())];
}
