namespace LoraMesh.Text;

/// <summary>Turns conversations into token ids, with a mask of what the assistant said. Safe to use from several threads at once.</summary>
public sealed class ChatEncoder
{
    /// <summary>Joins a model's tokenizer and its chat template.</summary>
    public ChatEncoder(Tokenizer tokenizer, ChatTemplate template)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(template);
        Tokenizer = tokenizer;
        Template = template;
    }

    /// <summary>The tokenizer.</summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>The chat template.</summary>
    public ChatTemplate Template { get; }

    /// <summary>Reads both from a model's folder.</summary>
    /// <exception cref="TokenizerFormatException">A file is missing or malformed.</exception>
    /// <exception cref="UnsupportedTokenizerException">tokenizer.json asks for what is not implemented.</exception>
    /// <exception cref="ChatTemplateException">There is no template, or it is malformed.</exception>
    public static ChatEncoder Load(string folder) => new(Tokenizer.Load(folder), ChatTemplate.Load(folder));

    /// <summary>
    /// The ids of a conversation and the mask for training. What the assistant said is known from the template's generation
    /// blocks or, where it has none, from rendering the conversation up to each assistant message and comparing.
    /// </summary>
    /// <param name="request">The conversation.</param>
    /// <param name="onlyLastTurn">Masks in the last assistant message only; templates that rewrite earlier turns allow nothing else.</param>
    /// <exception cref="ChatTemplateException">The template fails on these messages.</exception>
    /// <exception cref="AssistantSpanException">What the assistant said cannot be told from the rest; the message names the reason.</exception>
    public EncodedChat Encode(ChatRequest request, bool onlyLastTurn = false)
    {
        ArgumentNullException.ThrowIfNull(request);
        var rendered = Template.Render(request);
        var spans = Template.HasGenerationBlocks ? MarkedSpans(rendered) : new AssistantSpanFinder(Template, request).Find(rendered.Text, onlyLastTurn);
        var tokens = Tokenizer.Tokenize(rendered.Text, addSpecialTokens: false, withSpans: true);
        spans = onlyLastTurn ? [.. spans.TakeLast(1)] : spans;
        return new EncodedChat { Ids = tokens.Ids, AssistantMask = Mask(tokens.Spans!, spans), AssistantSpans = spans };
    }

    /// <summary>The ids that a model continues to answer the messages.</summary>
    /// <exception cref="ChatTemplateException">The template fails on these messages.</exception>
    public int[] EncodePrompt(IReadOnlyList<ChatMessage> messages) => EncodePrompt(ChatRequest.FromMessages(messages));

    /// <summary>The ids that a model continues to answer the request; a generation prompt is added unless the last message is to be continued.</summary>
    /// <exception cref="ChatTemplateException">The template fails on these messages.</exception>
    public int[] EncodePrompt(ChatRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var rendered = Template.Render(request with { AddGenerationPrompt = !request.ContinueFinalMessage });
        return [.. Tokenizer.Encode(rendered.Text, addSpecialTokens: false)];
    }

    private static IReadOnlyList<TextSpan> MarkedSpans(RenderedChat rendered) =>
        rendered.MisplacedSpan is not { } span ? rendered.AssistantSpans : throw new AssistantSpanException(
            $"The chat template has a generation block within a macro or another captured block, where its place in the text is lost (around character {span.Start}). "
            + "Write the block outside of macros, or remove the generation blocks from the template.");

    // A token that reaches over a border belongs to the span, as in transformers. Spans and tokens both run from left to right.
    private static bool[] Mask(List<TextSpan> tokens, IReadOnlyList<TextSpan> spans)
    {
        var mask = new bool[tokens.Count];
        var next = 0;
        for (var i = 0; i < mask.Length; i++)
        {
            while (next < spans.Count && spans[next].End <= tokens[i].Start)
            {
                next++;
            }

            mask[i] = next < spans.Count && tokens[i].Start < tokens[i].End && tokens[i].End > spans[next].Start;
        }

        return mask;
    }
}
