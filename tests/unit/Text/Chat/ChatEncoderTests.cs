using LoraMesh.Text;

namespace LoraMesh.UnitTests.Text.Chat;

public sealed class ChatEncoderTests
{
    private const string Plain =
        "{{ bos_token }}{% for m in messages %}<|start_header_id|>{{ m.role }}<|end_header_id|>\n\n{{ m.content }}<|eot_id|>{% endfor %}"
        + "{% if add_generation_prompt %}<|start_header_id|>assistant<|end_header_id|>\n\n{% endif %}";

    private static readonly Tokenizer Tokenizer = Tokenizer.Load(Golden.Folder("tokenizers", "bbpe-llama3"));

    private static readonly ChatRequest TwoTurns = ChatRequest.FromMessages(
    [
        new ChatMessage { Role = "user", Content = "One?" },
        new ChatMessage { Role = "assistant", Content = "First answer." },
        new ChatMessage { Role = "user", Content = "Two?" },
        new ChatMessage { Role = "assistant", Content = "Second <|start_header_id|>assistant<|end_header_id|> answer 😀" },
    ]);

    [Fact]
    public void Encode_TemplateWithoutGenerationBlocks_MasksWhatTheAssistantSaid()
    {
        var encoded = Encoder(Plain).Encode(TwoTurns);

        Assert.Equal("First answer.<|eot_id|>Second <|start_header_id|>assistant<|end_header_id|> answer 😀<|eot_id|>", Said(encoded));
        Assert.Equal(Tokenizer.BosTokenId, encoded.Ids[0]);
        Assert.Equal(1, encoded.Ids.Count(id => id == Tokenizer.BosTokenId));
    }

    [Fact]
    public void Encode_GenerationBlocks_MaskTheSame()
    {
        var marked = Plain.Replace("{{ m.content }}<|eot_id|>", "{% if m.role == 'assistant' %}{% generation %}{{ m.content }}<|eot_id|>{% endgeneration %}{% else %}{{ m.content }}<|eot_id|>{% endif %}", StringComparison.Ordinal);

        var byBlocks = Encoder(marked).Encode(TwoTurns);
        var byPrefixes = Encoder(Plain).Encode(TwoTurns);

        Assert.Equal(byPrefixes.Ids, byBlocks.Ids);
        Assert.Equal(byPrefixes.AssistantMask, byBlocks.AssistantMask);
    }

    [Fact]
    public void Encode_OnlyLastTurn_MasksItAlone()
    {
        var encoded = Encoder(Plain).Encode(TwoTurns, onlyLastTurn: true);

        Assert.StartsWith("Second ", Said(encoded), StringComparison.Ordinal);
    }

    [Fact]
    public void Encode_WithGenerationPrompt_LeavesItUnmasked()
    {
        var encoded = Encoder(Plain).Encode(TwoTurns with { AddGenerationPrompt = true });

        Assert.EndsWith("answer 😀<|eot_id|>", Said(encoded), StringComparison.Ordinal);
        Assert.False(encoded.AssistantMask[^1]);
    }

    [Fact]
    public void Encode_ContinuedMessage_MasksWhatIsThere()
    {
        var encoded = Encoder(Plain).Encode(TwoTurns with { ContinueFinalMessage = true }, onlyLastTurn: true);

        Assert.EndsWith(" answer 😀", Said(encoded), StringComparison.Ordinal);
    }

    [Fact]
    public void Encode_TemplateThatRewritesEarlierTurns_NamesTheReason()
    {
        // The first turn loses its last word once another follows.
        var encoder = Encoder(Plain.Replace("{{ m.content }}", "{{ m.content if loop.last else m.content.split()[0] }}", StringComparison.Ordinal));

        var error = Assert.Throws<AssistantSpanException>(() => encoder.Encode(TwoTurns));

        Assert.Contains("writes the first 2 messages differently when the rest follows", error.Message, StringComparison.Ordinal);
        Assert.Contains("' answer.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Encode_TemplateThatRefusesTheBeginning_NamesTheReason()
    {
        var encoder = Encoder("{% if messages | length < 3 %}{{ raise_exception('too short') }}{% endif %}" + Plain);

        var error = Assert.Throws<AssistantSpanException>(() => encoder.Encode(TwoTurns));

        Assert.Contains("refuses the first 1 messages alone", error.Message, StringComparison.Ordinal);
        Assert.Contains("too short", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Encode_GenerationBlockWithinMacro_IsRefusedRatherThanMisplaced()
    {
        var encoder = Encoder("{% macro turn(m) %}<{{ m.role }}>{% generation %}{{ m.content }}{% endgeneration %}{% endmacro %}{% for m in messages %}{{ turn(m) }}{% endfor %}");

        Assert.Contains("within a macro", Assert.Throws<AssistantSpanException>(() => encoder.Encode(TwoTurns)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EncodePrompt_Messages_EndsWithTheOpenTurn()
    {
        var ids = Encoder(Plain).EncodePrompt([new ChatMessage { Role = "user", Content = "One?" }]);

        Assert.Equal(
            "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nOne?<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n",
            Tokenizer.Decode(ids, skipSpecialTokens: false));
    }

    private static ChatEncoder Encoder(string template) => new(Tokenizer, ChatTemplate.Parse(template, Tokenizer.SpecialTokens));

    private static string Said(EncodedChat encoded) =>
        Tokenizer.Decode([.. encoded.Ids.Where((_, i) => encoded.AssistantMask[i])], skipSpecialTokens: false);
}
