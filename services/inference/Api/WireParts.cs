using System.Text;
using System.Text.Json;
using LoraMesh.Inference.Engine;

namespace LoraMesh.Inference.Api;

// Parts of the wire format that chat and text completions share.
internal static class WireParts
{
    public static string? Word(FinishReason? reason) => reason switch
    {
        FinishReason.Stop => "stop",
        FinishReason.Length => "length",
        FinishReason.ToolCalls => "tool_calls",
        _ => null,
    };

    public static void WriteHead(Utf8JsonWriter json, AnswerHead head, string kind)
    {
        json.WriteString("id", head.Id);
        json.WriteString("object", kind);
        json.WriteNumber("created", head.Created);
        json.WriteString("model", head.Model);
        json.WriteString("system_fingerprint", head.Fingerprint);
    }

    public static void WriteUsage(Utf8JsonWriter json, Usage usage)
    {
        json.WriteStartObject("usage");
        json.WriteNumber("prompt_tokens", usage.Prompt);
        json.WriteNumber("completion_tokens", usage.Completion);
        json.WriteNumber("total_tokens", usage.Prompt + usage.Completion);
        json.WriteStartObject("prompt_tokens_details");
        json.WriteNumber("cached_tokens", usage.Cached);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    // {"content": [{token, logprob, bytes, top_logprobs}]}, or null where no scores were asked for.
    public static void WriteChatScores(Utf8JsonWriter json, IReadOnlyList<TokenScores>? scores, TokenTexts tokens)
    {
        if (scores is null)
        {
            json.WriteNull("logprobs");
            return;
        }

        json.WriteStartObject("logprobs");
        json.WriteStartArray("content");
        foreach (var place in scores)
        {
            json.WriteStartObject();
            WriteToken(json, tokens.Of(place.Chosen.Id), place.Chosen.LogProbability);
            json.WriteStartArray("top_logprobs");
            foreach (var other in place.Top)
            {
                json.WriteStartObject();
                WriteToken(json, tokens.Of(other.Id), other.LogProbability);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNull("refusal");
        json.WriteEndObject();
    }

    // The older shape of text completions: parallel arrays, offsets counted from the answer's beginning.
    public static void WriteTextScores(Utf8JsonWriter json, IReadOnlyList<TokenScores>? scores, TokenTexts tokens, int offset)
    {
        if (scores is null)
        {
            json.WriteNull("logprobs");
            return;
        }

        json.WriteStartObject("logprobs");
        WriteArray(json, "tokens", scores, place => json.WriteStringValue(tokens.Of(place.Chosen.Id)));
        WriteArray(json, "token_logprobs", scores, place => json.WriteNumberValue(Finite(place.Chosen.LogProbability)));
        WriteArray(json, "top_logprobs", scores, place =>
        {
            json.WriteStartObject();
            // Different tokens may look alike; the likeliest of them speaks for all.
            foreach (var other in place.Top.DistinctBy(other => tokens.Of(other.Id)))
            {
                json.WriteNumber(tokens.Of(other.Id), Finite(other.LogProbability));
            }

            json.WriteEndObject();
        });
        WriteArray(json, "text_offset", scores, place =>
        {
            json.WriteNumberValue(offset);
            offset += tokens.Of(place.Chosen.Id).Length;
        });
        json.WriteEndObject();
    }

    private static void WriteArray(Utf8JsonWriter json, string name, IReadOnlyList<TokenScores> scores, Action<TokenScores> write)
    {
        json.WriteStartArray(name);
        foreach (var place in scores)
        {
            write(place);
        }

        json.WriteEndArray();
    }

    private static void WriteToken(Utf8JsonWriter json, string text, float logProbability)
    {
        json.WriteString("token", text);
        json.WriteNumber("logprob", Finite(logProbability));
        if (!TokenTexts.IsWhole(text))
        {
            json.WriteNull("bytes");
            return;
        }

        json.WriteStartArray("bytes");
        foreach (var unit in Encoding.UTF8.GetBytes(text))
        {
            json.WriteNumberValue(unit);
        }

        json.WriteEndArray();
    }

    // JSON has no infinity; -9999 is what OpenAI documents for a token that is out of the question.
    private static float Finite(float logProbability) => float.IsFinite(logProbability) ? logProbability : -9999;
}
