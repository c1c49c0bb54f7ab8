using LoraMesh.DatasetPrep.Problems;
using LoraMesh.DatasetPrep.Rows;
using LoraMesh.Text;

namespace LoraMesh.DatasetPrep.Building;

/// <summary>Turns conversations into token ids and labels as the base model wants them, or says why that cannot be.</summary>
internal sealed class RowEncoder(ChatEncoder encoder, RowLimit limit)
{
    // Templates that write today's date get this one, so that the same rows give the same bytes on any day.
    private static readonly DateTimeOffset RenderedOn = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The encoded row, or null when <paramref name="problems"/> has been told why there is none.</summary>
    public EncodedChat? Encode(IReadOnlyList<ChatMessage> messages, RowProblems problems)
    {
        EncodedChat encoded;
        try
        {
            encoded = Encode(ChatRequest.FromMessages(messages) with { Now = RenderedOn });
        }
        catch (Exception error) when (error is ChatTemplateException or AssistantSpanException)
        {
            problems.Add(ProblemKind.TemplateError, string.Empty, Shown.Text(error.Message), "a row that the model's chat template accepts", error.Message.Length <= Shown.MaxChars ? "Change the row as the template asks, or choose another base model." : $"In full: {Shown.Text(error.Message, 500)}");
            return null;
        }

        if (encoded.Ids.Count > limit.Tokens)
        {
            problems.Add(ProblemKind.TooLong, string.Empty, $"{Shown.Number(encoded.Ids.Count)} tokens", $"at most {Shown.Number(limit.Tokens)} tokens ({limit.Setting})", $"Shorten or split the row, or raise {limit.Setting}.");
            return null;
        }

        if (!encoded.AssistantMask.Contains(true))
        {
            problems.Add(ProblemKind.NoSupervisedTokens, string.Empty, $"{Shown.Number(encoded.Ids.Count)} tokens, none of them the assistant's", "at least one token to learn", "Check that the assistant's text is not dropped by the model's chat template.");
            return null;
        }

        return encoded;
    }

    // A template without generation blocks that writes earlier turns otherwise once others follow (as those do that drop
    // old reasoning) tells only of the last turn what the assistant said; the earlier ones are then context alone.
    private EncodedChat Encode(ChatRequest request)
    {
        try
        {
            return encoder.Encode(request);
        }
        catch (AssistantSpanException)
        {
            return encoder.Encode(request, onlyLastTurn: true);
        }
    }
}
