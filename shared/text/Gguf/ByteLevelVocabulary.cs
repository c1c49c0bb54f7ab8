using LoraMesh.Text.Reading;

namespace LoraMesh.Text.Gguf;

// Byte-level BPE. llama.cpp has the split patterns built in and knows them by names; a pattern that it lacks would be cut
// otherwise, so it is refused.
internal static class ByteLevelVocabulary
{
    private const string Gpt2 = "ByteLevel";

    private const string Tail = @"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    // Pattern, whether whole tokens win over merges, llama.cpp's name (src/llama-vocab.cpp).
    private static readonly (string Pattern, bool IgnoresMerges, string Name)[] Known =
    [
        (@"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}" + Tail, true, "llama-bpe"),
        (@"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}" + Tail, false, "smaug-bpe"),
        (@"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}" + Tail, false, "qwen2"),
        (@"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+", true, "tekken"),
        (Gpt2, false, "gpt-2"),
    ];

    public static GgufVocabulary Complete(GgufVocabulary vocabulary, JsonPart root)
    {
        var model = root.Member("model");
        foreach (var affix in (string[])["continuing_subword_prefix", "end_of_word_suffix"])
        {
            if (model.Member(affix).StringOrNull() is { Length: > 0 } text)
            {
                throw model.Member(affix).Unsupported(affix, $"it is '{text}'. llama.cpp's byte-level BPE marks no parts of words. Serve the model from its own folder.");
            }
        }

        var (pattern, place) = Pattern(root.Member("pre_tokenizer"));
        var ignores = model.Member("ignore_merges").Boolean(false);
        var name = Known.FirstOrDefault(known => known.Pattern == pattern && known.IgnoresMerges == ignores).Name
            ?? throw place.Unsupported("pre_tokenizer", $"the split pattern {pattern} with ignore_merges {(ignores ? "true" : "false")} is none that is known to be built into llama.cpp ({string.Join(", ", Known.Select(known => known.Name))}); it would cut text otherwise. Serve the model from its own folder.");
        var nfc = NormalizesToNfc(root.Member("normalizer"));
        return vocabulary with
        {
            Model = "gpt2",
            PreTokenizer = name,
            Merges = [.. model.Member("merges").Items().Select(Merge)],
            NormalizesToNfc = nfc,
            Notes = nfc ? [.. vocabulary.Notes, "text is brought into Unicode's form NFC first; llama.cpp leaves it as it is. Give it text in NFC, as nearly all text is."] : vocabulary.Notes,
        };
    }

    // The steps' patterns; place is where to point to.
    private static (string Pattern, JsonPart Place) Pattern(JsonPart part)
    {
        JsonPart[] steps = part.IsNull ? [] : part.Type() == "Sequence" ? [.. part.Member("pretokenizers").Items()] : [part];
        if (steps is [var only] && IsBytes(only, usesRegex: true))
        {
            return (Gpt2, only);
        }

        return steps is [var split, var bytes]
            && split.Type() == "Split" && split.Member("behavior").StringOrNull() == "Isolated" && !split.Member("invert").Boolean(false)
            && !split.Member("pattern").Member("Regex").IsNull && IsBytes(bytes, usesRegex: false)
            ? (split.Member("pattern").Member("Regex").String(), split.Member("pattern"))
            : throw part.Unsupported("pre_tokenizer", $"it has the steps [{string.Join(", ", steps.Select(step => step.Type()))}]. llama.cpp's byte-level tokenizers have one Split by an isolated Regex and then ByteLevel without a prefix space, or ByteLevel alone. Serve the model from its own folder.");
    }

    private static bool IsBytes(JsonPart part, bool usesRegex) =>
        part.Type() == "ByteLevel" && !part.Member("add_prefix_space").Boolean(true) && part.Member("use_regex").Boolean(true) == usesRegex;

    private static bool NormalizesToNfc(JsonPart part)
    {
        if (part.IsNull)
        {
            return false;
        }

        JsonPart[] steps = part.Type() == "Sequence" ? [.. part.Member("normalizers").Items()] : [part];
        return steps.All(step => step.Type() == "NFC")
            ? steps.Length > 0
            : throw part.Unsupported("normalizer", $"the normalizer has [{string.Join(", ", steps.Select(step => step.Type()))}], which llama.cpp's byte-level tokenizers lack. Serve the model from its own folder.");
    }

    // A space within a token, which only files of the newer layout can have, is written as the byte alphabet writes it.
    private static string Merge(JsonPart item) => item.Element.ValueKind == System.Text.Json.JsonValueKind.String
        ? item.String()
        : string.Join(' ', item.Items().Select(part => part.String().Replace(' ', 'Ġ')));
}
