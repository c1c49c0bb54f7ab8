using System.Text.Json;
using LoraMesh.Text.AddedTokens;
using LoraMesh.Text.Models;
using LoraMesh.Text.Reading;

namespace LoraMesh.Text.Gguf;

// What both kinds of vocabularies have: the list of tokens, added ones over the model's, and the named ids.
internal static class GgufVocabularyReader
{
    // Names in tokenizer_config.json and in GGUF.
    private static readonly (string Config, string Gguf)[] Named =
    [
        ("bos_token", "bos"), ("eos_token", "eos"), ("unk_token", "unknown"), ("sep_token", "seperator"), ("pad_token", "padding"), ("cls_token", "cls"), ("mask_token", "mask"),
    ];

    // llama.cpp ends a text at each of these, as at eos.
    private static readonly string[] OtherEnds = ["eot", "eom"];

    // Phi-3's special tokens that leave the spaces behind them alone, and added tokens that models mark as ordinary and llama.cpp's converter treats as special.
    private static readonly string[] KeepSpaces = ["<unk>", "<s>", "<|endoftext|>"];

    private static readonly string[] SpecialLooking = ["<pad>", "<mask>", "<2mass>", "[@BOS@]"];

    public static GgufVocabulary Read(string folder, int size, IReadOnlyList<int> eosIds)
    {
        var tokenizer = Tokenizer.Load(folder);
        using var document = TokenizerFile.Read(folder, "tokenizer.json")!;
        var root = new JsonPart(document.RootElement, "$");
        var model = root.Member("model");
        if (model.Member("type").StringOrNull() is { } type and not "BPE")
        {
            throw model.Unsupported(type, $"the model is '{type}'. Exported are BPE vocabularies: llama.cpp has no tokenizer that is sure to cut as this one does. Serve the model from its own folder.");
        }

        var (tokens, types) = ReadTokens(root, tokenizer, size);
        var vocabulary = new GgufVocabulary
        {
            Model = string.Empty,
            PreTokenizer = string.Empty,
            Tokens = tokens,
            Types = types,
            SpecialIds = new Dictionary<string, int>(),
            AddBos = false,
            AddEos = false,
            IsPhi3 = IsPhi3(root),
            Notes = [.. StrictTokens(root)],
        };
        vocabulary = model.Member("byte_fallback").Boolean(false)
            ? SentencePieceVocabulary.Complete(vocabulary, root, types)
            : ByteLevelVocabulary.Complete(vocabulary, root);
        return SpecialIds(vocabulary, folder, tokenizer, eosIds) with { ChatTemplate = Template(folder) };
    }

    private static (string[] Tokens, GgufTokenType[] Types) ReadTokens(JsonPart root, Tokenizer tokenizer, int size)
    {
        var tokens = Enumerable.Range(0, size).Select(id => $"[PAD{id}]").ToArray();
        var types = Enumerable.Repeat(GgufTokenType.Unused, size).ToArray();
        foreach (var (token, id) in root.Member("model").Member("vocab").Members())
        {
            Set(token, id.Integer(0, Vocabulary.MaxTokens), GgufTokenType.Normal);
        }

        var added = root.Member("added_tokens");
        foreach (var token in added.IsNull ? [] : added.Items().Select(AddedToken.Read).Where(token => token.Content.Length > 0))
        {
            var special = token.IsSpecial || LooksSpecial(token.Content);
            // llama.cpp looks for these in the text as it was written, with plain spaces.
            Set(special ? token.Content : token.Content.Replace('▁', ' '), tokenizer.TokenToId(token.Content)!.Value, special ? GgufTokenType.Control : GgufTokenType.UserDefined);
        }

        return (tokens, types);

        void Set(string token, int id, GgufTokenType type)
        {
            if (id >= size)
            {
                throw new TokenizerFormatException($"tokenizer.json: token '{token}' has the id {id}, but the model's embedding has {size} rows (vocab_size). Is it the tokenizer of another model?");
            }

            (tokens[id], types[id]) = (token, type);
        }
    }

    private static bool LooksSpecial(string token) =>
        SpecialLooking.Contains(token)
        || (token.StartsWith("<|", StringComparison.Ordinal) && token.EndsWith("|>", StringComparison.Ordinal))
        || (token.StartsWith("<｜", StringComparison.Ordinal) && token.EndsWith("｜>", StringComparison.Ordinal))
        || (token.StartsWith("<unused", StringComparison.Ordinal) && token.EndsWith('>'));

    private static bool IsPhi3(JsonPart root)
    {
        var added = root.Member("added_tokens");
        var tokens = added.IsNull ? [] : added.Items().Select(AddedToken.Read).ToList();
        return KeepSpaces.Append("</s>").All(name => tokens.Any(token => token.Content == name))
            && tokens.All(token => token is { TakesSpaceBefore: false, IsWholeWord: false } && token.TakesSpaceAfter == !KeepSpaces.Contains(token.Content));
    }

    private static IEnumerable<string> StrictTokens(JsonPart root)
    {
        var added = root.Member("added_tokens");
        var strict = added.IsNull || IsPhi3(root) ? [] : added.Items().Select(AddedToken.Read).Where(token => token.TakesSpaceBefore || token.TakesSpaceAfter || token.IsWholeWord).Select(token => token.Content).ToList();
        if (strict.Count > 0)
        {
            yield return $"{strict.Count} added tokens ('{strict[0]}' first) take the spaces beside them or stand only as whole words; llama.cpp does so for a few models that it knows by name.";
        }
    }

    private static GgufVocabulary SpecialIds(GgufVocabulary vocabulary, string folder, Tokenizer tokenizer, IReadOnlyList<int> eosIds)
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (config, gguf) in Named)
        {
            if (tokenizer.SpecialTokens.TryGetValue(config, out var token) && tokenizer.TokenToId(token) is { } id)
            {
                ids.Add(gguf, id);
            }
        }

        AddFromModel(folder, ids, vocabulary.Tokens.Count);
        var notes = vocabulary.Notes.ToList();
        var ends = eosIds.Where(id => id < vocabulary.Tokens.Count).ToList();
        if (ends.Count > 0)
        {
            ids.TryAdd("eos", ends[0]);
        }

        var others = ends.Where(id => id != ids.GetValueOrDefault("eos", -1)).ToList();
        foreach (var (name, id) in OtherEnds.Zip(others))
        {
            ids.Add(name, id);
        }

        if (others.Count > 2)
        {
            notes.Add($"the model ends a text at {ends.Count} ids; a GGUF file names three of them. Give the others as stop strings: {string.Join(", ", others.Skip(2).Select(id => vocabulary.Tokens[id]))}.");
        }

        return Ends(vocabulary with { SpecialIds = ids, Notes = notes }, tokenizer, ids);
    }

    // What tokenizer_config.json leaves out, config.json may name by id.
    private static void AddFromModel(string folder, Dictionary<string, int> ids, int size)
    {
        using var document = TokenizerFile.Read(folder, "config.json");
        if (document is null || document.RootElement.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (var (config, gguf) in Named)
        {
            if (document.RootElement.TryGetProperty($"{config}_id", out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var id) && id >= 0 && id < size)
            {
                ids.TryAdd(gguf, id);
            }
        }
    }

    // What the post-processor puts around a text, found by trying: llama.cpp knows one bos before and one eos behind it.
    private static GgufVocabulary Ends(GgufVocabulary vocabulary, Tokenizer tokenizer, Dictionary<string, int> ids)
    {
        var plain = tokenizer.Encode("a", addSpecialTokens: false);
        var whole = tokenizer.Encode("a");
        var start = Enumerable.Range(0, whole.Count - plain.Count + 1).First(at => whole.Skip(at).Take(plain.Count).SequenceEqual(plain));
        var (before, after) = (whole.Take(start).ToList(), whole.Skip(start + plain.Count).ToList());
        if (before.Count > 1 || after.Count > 1)
        {
            throw Surrounded();
        }

        if (before is [var first])
        {
            ids.TryAdd("bos", first);
        }

        if (after is [var last])
        {
            ids.TryAdd("eos", last);
        }

        return before.All(id => id == ids["bos"]) && after.All(id => id == ids["eos"])
            ? vocabulary with { AddBos = before.Count == 1, AddEos = after.Count == 1 }
            : throw Surrounded();

        UnsupportedTokenizerException Surrounded() => new(
            "$.post_processor",
            "post_processor",
            $"$.post_processor: it puts {List(before)} before a text and {List(after)} behind it. llama.cpp can put the bos token before and the eos token behind. Name them so in tokenizer_config.json, or take the others out of the post-processor and into the chat template.");

        string List(List<int> tokens) => tokens.Count == 0 ? "nothing" : $"'{string.Join(' ', tokens.Select(tokenizer.IdToToken))}'";
    }

    private static string? Template(string folder)
    {
        try
        {
            return TemplateFolder.Read(folder);
        }
        catch (ChatTemplateException)
        {
            return null; // base models have none
        }
    }
}
