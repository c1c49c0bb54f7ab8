using System.Text;
using System.Text.Json.Nodes;
using LoraMesh.Text;

namespace LoraMesh.UnitTests.Text.Tokens;

public sealed class TokenizerGoldenTests
{
    public static TheoryData<string> Names => ["bbpe-llama3", "bbpe-qwen2", "sp-llama2-legacy", "sp-mistral-first", "unigram"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Encode_GoldenTexts_GivesReferenceIds(string name)
    {
        var tokenizer = Tokenizer.Load(Golden.Folder("tokenizers", name));

        foreach (var golden in Golden.Lines("tokenizers", name, "cases.jsonl"))
        {
            var text = golden["text"]!.GetValue<string>();
            Assert.Equal((text, Golden.Ints(golden["ids"])), (text, tokenizer.Encode(text).ToArray()), new TextAndIds());
            Assert.Equal((text, Golden.Ints(golden["ids_plain"])), (text, tokenizer.Encode(text, addSpecialTokens: false).ToArray()), new TextAndIds());
        }
    }

    [Theory]
    [InlineData("bbpe-llama3")]
    [InlineData("bbpe-qwen2")]
    [InlineData("sp-llama2-legacy")]
    [InlineData("sp-mistral-first")]
    public void Tokenize_GoldenTexts_GivesReferenceTokensAndRanges(string name)
    {
        var tokenizer = Tokenizer.Load(Golden.Folder("tokenizers", name));

        foreach (var golden in Golden.Lines("tokenizers", name, "cases.jsonl"))
        {
            var text = golden["text"]!.GetValue<string>();
            var tokens = tokenizer.Tokenize(text, addSpecialTokens: false, withSpans: true);

            // The reference shows an added token with the space that it took.
            Assert.Equal(golden["tokens"]!.AsArray().Select(t => t!.GetValue<string>().Trim(' ')), tokens.Ids.Select(tokenizer.IdToToken));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void EncodeWithOffsets_GoldenTexts_GivesReferenceRanges(string name)
    {
        var tokenizer = Tokenizer.Load(Golden.Folder("tokenizers", name));

        foreach (var golden in Golden.Lines("tokenizers", name, "cases.jsonl"))
        {
            AssertRanges(golden, tokenizer);
        }
    }

    // Components that the tokenizers above do not have, in many small tokenizers (components/make_golden.py).
    [Fact]
    public void Encode_EveryComponent_GivesReferenceIdsRangesAndText()
    {
        foreach (var line in Golden.Lines("components", "cases.jsonl"))
        {
            var tokenizer = Tokenizer.FromJson(line["tokenizer"]!.ToJsonString());
            foreach (var golden in line["cases"]!.AsArray())
            {
                var ids = tokenizer.Encode(golden!["text"]!.GetValue<string>());

                Assert.Equal(Golden.Ints(golden["ids"]), ids);
                Assert.Equal(golden["decoded"]!.GetValue<string>(), tokenizer.Decode(ids, skipSpecialTokens: false));
                AssertRanges(golden, tokenizer);
            }
        }
    }

    private static void AssertRanges(JsonNode golden, Tokenizer tokenizer)
    {
        var text = golden["text"]!.GetValue<string>();
        var expected = golden["offsets"]!.AsArray().Select(o => (o![0]!.GetValue<int>(), o[1]!.GetValue<int>()));

        var encoded = tokenizer.EncodeWithOffsets(text, addSpecialTokens: false);

        Assert.Equal(expected, encoded.Offsets.Select(span => (CodePoints(text, span.Start), CodePoints(text, span.End))));
        Assert.Equal(tokenizer.Encode(text, addSpecialTokens: false), encoded.Ids);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Decode_GoldenIds_GivesReferenceText(string name)
    {
        var tokenizer = Tokenizer.Load(Golden.Folder("tokenizers", name));

        foreach (var golden in Golden.Lines("tokenizers", name, "cases.jsonl").Concat(Golden.Lines("tokenizers", name, "decode.jsonl")))
        {
            var ids = Golden.Ints(golden["ids"]);
            Assert.Equal(golden["decoded"]!.GetValue<string>(), tokenizer.Decode(ids, skipSpecialTokens: false));
            Assert.Equal(golden["decoded_skip"]!.GetValue<string>(), tokenizer.Decode(ids));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void StreamingDecoder_GoldenIds_HoldsBackWhatTheReferenceHoldsBack(string name)
    {
        var tokenizer = Tokenizer.Load(Golden.Folder("tokenizers", name));

        foreach (var golden in Golden.Lines("tokenizers", name, "decode.jsonl"))
        {
            var ids = Golden.Ints(golden["ids"]);
            var expected = golden["stream"]!.AsArray().ToArray();

            // Where bytes make the reference take back what it gave out, it stops with an error; so does the comparison.
            var failure = Array.FindIndex(expected, piece => piece is JsonObject);
            var decoder = tokenizer.CreateStreamingDecoder(skipSpecialTokens: false);
            var pieces = ids.Select(decoder.Push).ToArray();

            Assert.Equal(expected.TakeWhile(piece => piece is not JsonObject).Select(piece => (string?)piece), pieces[..(failure < 0 ? pieces.Length : failure)]);
            if (failure < 0)
            {
                Assert.Equal(golden["decoded"]!.GetValue<string>(), string.Concat(pieces) + decoder.Flush());
            }
        }
    }

    private static int CodePoints(string text, int end) => text[..end].EnumerateRunes().Count();

    // Shows the text where ids differ.
    private sealed class TextAndIds : IEqualityComparer<(string Text, int[] Ids)>
    {
        public bool Equals((string Text, int[] Ids) x, (string Text, int[] Ids) y) => x.Ids.SequenceEqual(y.Ids);

        public int GetHashCode((string Text, int[] Ids) pair) => pair.Text.GetHashCode(StringComparison.Ordinal);
    }
}
