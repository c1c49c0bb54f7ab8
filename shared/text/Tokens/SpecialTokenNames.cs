using System.Text.Json;
using LoraMesh.Text.Reading;

namespace LoraMesh.Text;

// Which tokens begin, end and pad, as tokenizer_config.json says; special_tokens_map.json stands in where it is silent.
internal static class SpecialTokenNames
{
    private static readonly string[] Names =
        ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"];

    public static IReadOnlyDictionary<string, string> Read(string folder)
    {
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in (string[])["tokenizer_config.json", "special_tokens_map.json"])
        {
            using var document = TokenizerFile.Read(folder, file);
            if (document is null)
            {
                continue;
            }

            var root = new JsonPart(document.RootElement, file);
            foreach (var name in Names)
            {
                if (ReadToken(root.Member(name)) is { } token)
                {
                    found.TryAdd(name, token);
                }
            }
        }

        return found;
    }

    private static string? ReadToken(JsonPart part) =>
        part.Element.ValueKind == JsonValueKind.Object ? part.Member("content").String() : part.StringOrNull();
}
