using System.Text.Json.Nodes;
using LoraMesh.Text;

namespace LoraMesh.UnitTests.Text.Tokens;

public sealed class TokenizerTests
{
    [Theory]
    [InlineData("$.normalizer", "Precompiled", "normalizer")]
    [InlineData("$.pre_tokenizer", "BertPreTokenizer", "pre-tokenizer")]
    [InlineData("$.post_processor", "Fancy", "post-processor")]
    [InlineData("$.decoder", "CTC", "decoder")]
    [InlineData("$.model", "WordPiece", "model")]
    public void FromJson_UnknownComponent_IsRefusedByName(string path, string name, string kind)
    {
        var json = Minimal();
        json[path[2..]] = new JsonObject { ["type"] = name, ["vocab"] = new JsonObject() };

        var error = Assert.Throws<UnsupportedTokenizerException>(() => Tokenizer.FromJson(json.ToJsonString()));

        Assert.Equal((path, name), (error.Path, error.Component));
        Assert.StartsWith($"{path}: the {kind} '{name}' is not supported. Supported: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromJson_UnknownComponentInSequence_IsLocated()
    {
        var json = Minimal();
        json["pre_tokenizer"] = JsonNode.Parse("""{"type": "Sequence", "pretokenizers": [{"type": "Digits"}, {"type": "Magic"}]}""");

        var error = Assert.Throws<UnsupportedTokenizerException>(() => Tokenizer.FromJson(json.ToJsonString()));

        Assert.Equal("$.pre_tokenizer.pretokenizers[1]", error.Path);
    }

    [Fact]
    public void FromJson_PatternOutOfReach_IsRefusedWithThePattern()
    {
        var json = Minimal();
        json["pre_tokenizer"] = JsonNode.Parse("""{"type": "Split", "pattern": {"Regex": "(a)\\1"}, "behavior": "Isolated", "invert": false}""");

        var error = Assert.Throws<UnsupportedTokenizerException>(() => Tokenizer.FromJson(json.ToJsonString()));

        Assert.Contains("$.pre_tokenizer.pattern.Regex: The escape \\1 is not supported (character 4 of the pattern '(a)\\1')", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromJson_Dropout_IsRefused()
    {
        var json = Minimal();
        json["model"]!["dropout"] = 0.1;

        Assert.Equal("dropout", Assert.Throws<UnsupportedTokenizerException>(() => Tokenizer.FromJson(json.ToJsonString())).Component);
    }

    [Theory]
    [InlineData("{\"a\": 1,\n  oops}", "tokenizer.json, line 2, byte 3: not JSON")]
    [InlineData("[]", "$: found an array, expected an object.")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": -1}, "merges": []}}""", "$.model.vocab.a: found -1, expected a whole number from 0 to")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": [["a", "b"]]}}""", "$.model.merges[0]: the merge of 'a' and 'b' needs the token 'b', which $.model.vocab lacks.")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": ["a b c"]}}""", "$.model.merges[0]: found \"a b c\", expected two tokens.")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": [], "unk_token": "u"}}""", "$.model.unk_token: found \"u\", expected a token of $.model.vocab.")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {}, "merges": []}, "added_tokens": [{"id": 0}]}""", "$.added_tokens[0].content: found nothing, expected a string.")]
    [InlineData("""{"model": {"type": "Unigram", "vocab": [["a", "b"]]}}""", "$.model.vocab[0][1]: found \"b\", expected a number.")]
    public void FromJson_MalformedFile_IsLocated(string json, string message)
    {
        var error = Assert.Throws<TokenizerFormatException>(() => Tokenizer.FromJson(json));

        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_FolderWithoutTokenizer_SaysWhatToDo()
    {
        var folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

        var error = Assert.Throws<TokenizerFormatException>(() => Tokenizer.Load(folder));

        Assert.Contains("tokenizer.json does not exist. Save the model's tokenizer", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_Folder_NamesSpecialTokens()
    {
        var tokenizer = Tokenizer.Load(Golden.Folder("tokenizers", "bbpe-llama3"));

        Assert.Equal((2038, 2042, 2043), (tokenizer.BosTokenId, tokenizer.EosTokenId, tokenizer.PadTokenId));
        Assert.Equal("<|eot_id|>", tokenizer.SpecialTokens["eos_token"]);
        Assert.Equal(2048, tokenizer.VocabularySize);
        Assert.Equal("<|begin_of_text|>", tokenizer.IdToToken(2038));
        Assert.Equal(2038, tokenizer.TokenToId("<|begin_of_text|>"));
        Assert.Null(tokenizer.IdToToken(2048));
        Assert.Null(tokenizer.TokenToId("no such token"));
    }

    [Theory]
    [InlineData("""{"type": "Digits", "individual_digits": true}""", "ab12c", "ab|1|2|c")]
    [InlineData("""{"type": "Digits", "individual_digits": false}""", "ab12c", "ab|12|c")]
    [InlineData("""{"type": "WhitespaceSplit"}""", " ab  c1\n", "ab|c1")]
    [InlineData("""{"type": "Whitespace"}""", "ab, c_1!? ", "ab|,|c_1|!?")]
    [InlineData("""{"type": "Punctuation", "behavior": "Isolated"}""", "a,b!?", "a|,|b|!|?")]
    [InlineData("""{"type": "Punctuation", "behavior": "Contiguous"}""", "a,b!?", "a|,|b|!?")]
    [InlineData("""{"type": "CharDelimiterSplit", "delimiter": ","}""", "a,b,,c", "a|b|c")]
    [InlineData("""{"type": "Split", "pattern": {"String": ","}, "behavior": "Removed", "invert": false}""", "a,b", "a|b")]
    [InlineData("""{"type": "Split", "pattern": {"String": ","}, "behavior": "Removed", "invert": true}""", "a,b", ",")]
    [InlineData("""{"type": "Split", "pattern": {"String": ","}, "behavior": "MergedWithPrevious", "invert": false}""", "a,,b", "a,|,|b")]
    [InlineData("""{"type": "Split", "pattern": {"String": ","}, "behavior": "MergedWithNext", "invert": false}""", "a,,b", "a|,|,b")]
    [InlineData("""{"type": "Split", "pattern": {"Regex": "[0-9][0-9]"}, "behavior": "Isolated", "invert": false}""", "a1234", "a|12|34")]
    [InlineData("""{"type": "ByteLevel", "add_prefix_space": true, "use_regex": true}""", "it's 12", "Ġit|'s|Ġ12")]
    [InlineData("""{"type": "Sequence", "pretokenizers": [{"type": "ByteLevel", "add_prefix_space": false}, {"type": "Digits", "individual_digits": true}]}""", "a 12", "a|Ġ|1|2")]
    public void Encode_PreTokenizer_CutsAsItShould(string preTokenizer, string text, string expected)
    {
        // Every piece is a token of its own, so that the tokens show the cuts.
        var json = Minimal();
        json["pre_tokenizer"] = JsonNode.Parse(preTokenizer);
        json["model"]!["ignore_merges"] = true;
        foreach (var piece in expected.Split('|'))
        {
            json["model"]!["vocab"]!.AsObject().TryAdd(piece, json["model"]!["vocab"]!.AsObject().Count);
        }

        var tokenizer = Tokenizer.FromJson(json.ToJsonString());

        Assert.Equal(expected, string.Join('|', tokenizer.Encode(text).Select(tokenizer.IdToToken)));
    }

    [Fact]
    public void StreamingDecoder_BrokenEnd_IsGivenOutByFlush()
    {
        var tokenizer = Tokenizer.Load(Golden.Folder("tokenizers", "bbpe-llama3"));
        var ids = tokenizer.Encode("é", addSpecialTokens: false);
        var decoder = tokenizer.CreateStreamingDecoder();

        Assert.Equal(2, ids.Count);
        Assert.Null(decoder.Push(ids[0]));
        Assert.Equal("\uFFFD", decoder.Flush());
        Assert.Null(decoder.Flush());
        Assert.Null(decoder.Push(ids[0]));
        Assert.Equal("é", decoder.Push(ids[1]));
    }

    [Fact]
    public void Encode_OneLongWord_TakesTimeInProportion()
    {
        var tokenizer = Tokenizer.Load(Golden.Folder("tokenizers", "bbpe-qwen2"));
        var text = new string('a', 300_000);

        Assert.Equal(text, tokenizer.Decode(tokenizer.Encode(text)));
    }

    [Fact]
    public async Task Encode_ManyThreads_GivesTheSameIds()
    {
        var tokenizer = Tokenizer.Load(Golden.Folder("tokenizers", "bbpe-qwen2"));
        var text = string.Concat(Golden.Lines("tokenizers", "bbpe-qwen2", "cases.jsonl").Select(c => c["text"]!.GetValue<string>()));
        var expected = Tokenizer.Load(Golden.Folder("tokenizers", "bbpe-qwen2")).Encode(text);

        var all = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => tokenizer.Encode(text))));

        Assert.All(all, ids => Assert.Equal(expected, ids));
    }

    private static JsonObject Minimal() => JsonNode.Parse("""{"model": {"type": "BPE", "vocab": {}, "merges": []}}""")!.AsObject();
}
