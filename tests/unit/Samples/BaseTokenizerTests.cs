using LoraMesh.Text;

namespace LoraMesh.UnitTests.Samples;

public sealed class BaseTokenizerTests
{
    // What a row may cost at most, so that the demo trains fast: contents of the three messages, markup not counted.
    private const int TokensAllowed = 120;
    private const double MeanAllowed = 95;

    private static readonly Tokenizer Tokenizer = Tokenizer.Load(Path.Combine(AppContext.BaseDirectory, "Samples", "base-model"));

    [Fact]
    public void BaseTokenizer_Loaded_HasItsSpecialTokensLast()
    {
        Assert.Equal(4096, Tokenizer.VocabularySize);
        Assert.Equal(4088, Tokenizer.TokenToId("<|endoftext|>"));
        Assert.Equal(4089, Tokenizer.TokenToId("<|im_start|>"));
        Assert.Equal(4090, Tokenizer.TokenToId("<|im_end|>"));
        Assert.Equal(4090, Tokenizer.EosTokenId);
    }

    [Theory]
    [InlineData("The quick brown fox jumps over 13 lazy dogs.")]
    [InlineData("{\"team\": \"billing\", \"price\": \"£12.50\"}\n\n\tДа, 東京 🙂  two  spaces ")]
    [InlineData("<|im_start|>user\nIt's O'Neil's café<|im_end|>\n")]
    public void BaseTokenizer_AnyText_ComesBackUnchanged(string text) =>
        Assert.Equal(text, Tokenizer.Decode(Tokenizer.Encode(text), skipSpecialTokens: false));

    [Fact]
    public void BaseTokenizer_Digits_AreSingleTokens() => Assert.Equal(4, Tokenizer.Encode("2024").Count);

    [Fact]
    public void BaseTokenizer_EveryTicket_StaysShort()
    {
        var counts = ChatRows.Read("tickets.jsonl")
            .Select(row => Tokenizer.Encode(row.System!).Count + Tokenizer.Encode(row.User).Count + Tokenizer.Encode(row.Answer).Count)
            .ToArray();

        Assert.InRange(counts.Max(), 1, TokensAllowed);
        Assert.InRange(counts.Average(), 1, MeanAllowed);
    }
}
