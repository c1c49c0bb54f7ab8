using System.Text.Json.Nodes;
using LoraMesh.DatasetPrep.Pipeline;
using LoraMesh.DatasetPrep.Problems;
using LoraMesh.DatasetPrep.Rows;
using LoraMesh.Text;

namespace LoraMesh.DatasetPrep.Building;

/// <summary>Turns rows into token ids and labels as the base model wants them, or says why that cannot be. Safe to use from several threads at once.</summary>
internal sealed class RowEncoder(ChatEncoder encoder, RowLimit limit)
{
    // Templates that write today's date get this one, so that the same rows give the same bytes on any day.
    private static readonly DateTimeOffset RenderedOn = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Reads a base model's tokenizer and template.</summary>
    /// <exception cref="BaseModelException">They cannot be used.</exception>
    public static RowEncoder Load(string modelFolder, RowLimit limit)
    {
        try
        {
            return new RowEncoder(ChatEncoder.Load(modelFolder), limit);
        }
        catch (Exception error) when (error is TokenizerFormatException or UnsupportedTokenizerException or ChatTemplateException or FileNotFoundException or DirectoryNotFoundException)
        {
            throw new BaseModelException($"The base model cannot be used: {error.Message}", error);
        }
    }

    /// <summary>The base model's tokenizer.</summary>
    public Tokenizer Tokenizer => encoder.Tokenizer;

    private readonly int _vocabularySize = encoder.Tokenizer.VocabularySize;

    /// <summary>Texts that stand for tokens by which the model tells where turns and texts end.</summary>
    public IReadOnlyList<string> Markers { get; } = [.. encoder.Tokenizer.SpecialTokens.Values.Where(token => token.Length >= 3).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>A text in pieces of which each fits, or the text alone where <paramref name="problems"/> has been told that it must not be cut.</summary>
    public IReadOnlyList<string> Cut(string text, RowProblems problems)
    {
        var tokens = EncodeText(text).Length;
        if (tokens <= limit.Tokens)
        {
            return [text];
        }

        var policy = problems.Add(ProblemKind.LongText, string.Empty, $"{Shown.Number(tokens)} tokens", $"at most {Shown.Number(limit.Tokens)} tokens ({limit.Setting})", $"It is cut into rows at paragraphs and sentences; raise {limit.Setting} for longer ones.");
        return policy == ProblemPolicy.Repair ? TextPieces.Cut(text, piece => EncodeText(piece).Length, limit.Tokens) : [text];
    }

    /// <summary>The encoded row, of a preference pair both sides; null when <paramref name="problems"/> has been told why there is none.</summary>
    public IReadOnlyList<TokenSequence>? Encode(RowContent row, RowProblems problems)
    {
        var sequences = row.Kind switch
        {
            RowKind.Text => [EncodeText(row.Text)],
            RowKind.Tokens => [OfTokens(row)],
            RowKind.Preference => EncodeAll(row, problems, [.. row.Turns, .. row.Chosen], [.. row.Turns, .. row.Rejected]),
            _ => EncodeAll(row, problems, row.Turns),
        };
        if (sequences is null)
        {
            return null;
        }

        if (row.Kind == RowKind.Tokens && !AreKnown(row.Ids, problems))
        {
            return null;
        }

        var longest = sequences.Max(sequence => sequence.Length);
        if (longest > limit.Tokens)
        {
            problems.Add(ProblemKind.TooLong, string.Empty, $"{Shown.Number(longest)} tokens", $"at most {Shown.Number(limit.Tokens)} tokens ({limit.Setting})", $"Shorten or split the row, or raise {limit.Setting}.");
        }
        else if (!sequences.All(HasSupervised))
        {
            problems.Add(ProblemKind.NoSupervisedTokens, string.Empty, $"{Shown.Number(longest)} tokens, none of them to be learned", "at least one token to learn", "Check that the assistant's text is not dropped by the model's chat template.");
        }

        return sequences;
    }

    private bool AreKnown(IReadOnlyList<int> ids, RowProblems problems)
    {
        for (var i = 0; i < ids.Count; i++)
        {
            if (ids[i] >= _vocabularySize)
            {
                problems.Add(ProblemKind.IdOutOfVocabulary, $"$.input_ids[{i}]", $"{ids[i]}", $"an id from 0 to {_vocabularySize - 1}", "Tokenize the row with the base model's own tokenizer.");
                return false;
            }
        }

        return true;
    }

    private static bool HasSupervised(TokenSequence sequence) => sequence.Marked.Span.ContainsAnyInRange(int.MinValue, -1);

    private TokenSequence[]? EncodeAll(RowContent row, RowProblems problems, params IReadOnlyList<Turn>[] conversations)
    {
        try
        {
            return [.. conversations.Select(turns => Encode(Request(turns, row.Tools), onlyLastTurn: row.Kind == RowKind.Preference))];
        }
        catch (Exception error) when (error is ChatTemplateException or AssistantSpanException)
        {
            problems.Add(ProblemKind.TemplateError, string.Empty, Shown.Text(error.Message), "a row that the model's chat template accepts", error.Message.Length <= Shown.MaxChars ? "Change the row as the template asks, or choose another base model." : $"In full: {Shown.Text(error.Message, 500)}");
            return null;
        }
    }

    // A template without generation blocks that writes earlier turns otherwise once others follow (as those do that drop
    // old reasoning) tells only of the last turn what the assistant said; the earlier ones are then context alone.
    private TokenSequence Encode(ChatRequest request, bool onlyLastTurn)
    {
        try
        {
            return Marked(encoder.Encode(request, onlyLastTurn));
        }
        catch (AssistantSpanException) when (!onlyLastTurn)
        {
            return Marked(encoder.Encode(request, onlyLastTurn: true));
        }
    }

    // Every token is learned, the one that ends a text too: it says that a text is over.
    private TokenSequence EncodeText(string text)
    {
        var ids = encoder.Tokenizer.Encode(text);
        var end = encoder.Tokenizer.EosTokenId;
        var marked = new int[ids.Count + (end is not null && (ids.Count == 0 || ids[^1] != end) ? 1 : 0)];
        for (var i = 0; i < marked.Length; i++)
        {
            marked[i] = TokenSequence.Mark(i < ids.Count ? ids[i] : end!.Value, supervised: true);
        }

        return new TokenSequence(marked);
    }

    private static TokenSequence OfTokens(RowContent row)
    {
        var marked = new int[row.Ids.Count];
        for (var i = 0; i < marked.Length; i++)
        {
            marked[i] = TokenSequence.Mark(row.Ids[i], row.Labels[i] >= 0);
        }

        return new TokenSequence(marked);
    }

    private static TokenSequence Marked(EncodedChat encoded)
    {
        int[] marked = [.. encoded.Ids];
        var mask = encoded.AssistantMask as bool[] ?? [.. encoded.AssistantMask];
        for (var i = 0; i < marked.Length; i++)
        {
            marked[i] = TokenSequence.Mark(marked[i], mask[i]);
        }

        return new TokenSequence(marked);
    }

    private static ChatRequest Request(IReadOnlyList<Turn> turns, string? tools)
    {
        var messages = new JsonArray();
        foreach (var turn in turns)
        {
            messages.Add((JsonNode)Message(turn));
        }

        return new ChatRequest { Messages = messages, Tools = tools is null ? null : JsonNode.Parse(tools)!.AsArray(), Now = RenderedOn };
    }

    private static JsonObject Message(Turn turn)
    {
        var message = new JsonObject { ["role"] = turn.Role, ["content"] = turn.Content };
        Set(message, "name", turn.Name);
        Set(message, "reasoning_content", turn.Reasoning);
        Set(message, "tool_call_id", turn.ToolCallId);
        if (turn.ToolCalls.Count > 0)
        {
            message["tool_calls"] = new JsonArray([.. turn.ToolCalls.Select(Call)]);
        }

        return message;
    }

    private static JsonObject Call(ToolCall call)
    {
        var node = new JsonObject();
        Set(node, "id", call.Id);
        node["type"] = "function";
        node["function"] = new JsonObject { ["name"] = call.Name, ["arguments"] = JsonNode.Parse(call.Arguments) };
        return node;
    }

    private static void Set(JsonObject node, string name, string? value)
    {
        if (value is not null)
        {
            node[name] = value;
        }
    }
}
