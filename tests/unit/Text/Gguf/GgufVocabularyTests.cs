using System.Text.Json.Nodes;
using LoraMesh.Text;
using LoraMesh.Text.Gguf;

namespace LoraMesh.UnitTests.Text.Gguf;

// That llama.cpp 0.7.0 cuts as these vocabularies say was measured with all texts of the golden tokenizers: no difference
// for bbpe-llama3 and sp-llama2-legacy, and for the other two where a note says so.
public sealed class GgufVocabularyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("bbpe-llama3", true, "llama-bpe", true)]
    [InlineData("bbpe-llama3", false, "smaug-bpe", true)]
    [InlineData("bbpe-qwen2", false, "qwen2", false)]
    public void Read_ByteLevel_NamesTheSplitPattern(string name, bool ignoresMerges, string expected, bool addsBos)
    {
        Copy(name, root => root["model"]!["ignore_merges"] = ignoresMerges);

        var vocabulary = GgufVocabulary.Read(_folder, 3000, []);

        Assert.Equal(("gpt2", expected, addsBos, false), (vocabulary.Model, vocabulary.PreTokenizer, vocabulary.AddBos, vocabulary.AddEos));
        Assert.Equal(3000, vocabulary.Tokens.Count);
        Assert.Equal(("[PAD2999]", GgufTokenType.Unused), (vocabulary.Tokens[2999], vocabulary.Types[2999]));
        Assert.Equal(Root(name)["model"]!["merges"]!.AsArray().Count, vocabulary.Merges!.Count);
        Assert.All(Added(name, special: true), token => Assert.Equal(GgufTokenType.Control, vocabulary.Types[vocabulary.Tokens.ToList().IndexOf(token)]));
    }

    [Fact]
    public void Read_UnknownSplitPattern_IsRefusedWithThePattern()
    {
        Copy("bbpe-qwen2", root => root["pre_tokenizer"]!["pretokenizers"]![0]!["pattern"]!["Regex"] = @"\p{L}+|.");

        var refusal = Assert.Throws<UnsupportedTokenizerException>(() => GgufVocabulary.Read(_folder, 3000, []));

        Assert.Contains(@"\p{L}+|.", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("ignore_merges false", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_SentencePieceStyle_ScoresTokensInTheOrderOfTheMerges()
    {
        Copy("sp-llama2-legacy", _ => { });

        var vocabulary = GgufVocabulary.Read(_folder, 3000, []);

        Assert.Equal(("llama", "default", true), (vocabulary.Model, vocabulary.PreTokenizer, vocabulary.AddSpacePrefix));
        Assert.Equal(256, vocabulary.Types.Count(type => type == GgufTokenType.Byte));
        var joined = Root("sp-llama2-legacy")["model"]!["merges"]!.AsArray()
            .Select(merge => merge is JsonArray pair ? string.Concat(pair.Select(part => (string)part!)) : ((string)merge!).Replace(" ", string.Empty, StringComparison.Ordinal)).Distinct().ToList();
        var scores = joined.Select(token => vocabulary.Scores![vocabulary.Tokens.ToList().IndexOf(token)]).ToList();
        Assert.Equal(scores.OrderDescending(), scores);
        Assert.Equal(scores.Count, scores.Distinct().Count());
    }

    [Fact]
    public void Read_SpaceBeforeTheFirstTextOnly_IsTold()
    {
        Copy("sp-mistral-first", _ => { });

        Assert.Contains(GgufVocabulary.Read(_folder, 3000, []).Notes, note => note.StartsWith("a space is put before a text that begins with none", StringComparison.Ordinal));
    }

    [Fact]
    public void Read_Unigram_IsRefusedByName()
    {
        Copy("unigram", _ => { });

        Assert.Contains("'Unigram'", Assert.Throws<UnsupportedTokenizerException>(() => GgufVocabulary.Read(_folder, 3000, [])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_MoreTokensThanTheModelHasRows_IsRefused()
    {
        Copy("bbpe-llama3", _ => { });

        Assert.Contains("100 rows", Assert.Throws<TokenizerFormatException>(() => GgufVocabulary.Read(_folder, 100, [])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_SeveralEndsOfText_AreEosEotAndEom()
    {
        Copy("bbpe-llama3", _ => { });
        var eos = GgufVocabulary.Read(_folder, 3000, []).SpecialIds["eos"];

        var vocabulary = GgufVocabulary.Read(_folder, 3000, [5, 6, 7, eos]);

        Assert.Equal((eos, 5, 6), (vocabulary.SpecialIds["eos"], vocabulary.SpecialIds["eot"], vocabulary.SpecialIds["eom"]));
        Assert.Contains(vocabulary.Notes, note => note.Contains(vocabulary.Tokens[7], StringComparison.Ordinal));
    }

    private static string At(string name, string file) => Path.Combine(AppContext.BaseDirectory, "Text", "golden", "tokenizers", name, file);

    private static JsonNode Root(string name) => JsonNode.Parse(File.ReadAllText(At(name, "tokenizer.json")))!;

    private static IEnumerable<string> Added(string name, bool special) =>
        Root(name)["added_tokens"]!.AsArray().Where(token => (bool)token!["special"]! == special).Select(token => (string)token!["content"]!);

    private void Copy(string name, Action<JsonNode> change)
    {
        var root = Root(name);
        change(root);
        File.WriteAllText(Path.Combine(_folder, "tokenizer.json"), root.ToJsonString());
        File.Copy(At(name, "tokenizer_config.json"), Path.Combine(_folder, "tokenizer_config.json"), overwrite: true);
    }
}
