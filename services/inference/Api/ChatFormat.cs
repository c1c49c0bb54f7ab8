using System.Text.Json;
using LoraMesh.Inference.Engine;

namespace LoraMesh.Inference.Api;

// chat.completion and chat.completion.chunk.
internal sealed class ChatFormat : IAnswerFormat
{
    private const string Chunk = "chat.completion.chunk";

    public string IdPrefix => "chatcmpl";

    public bool HasOpening => true;

    public void WriteWhole(Utf8JsonWriter json, AnswerHead head, IReadOnlyList<Answer> answers, Usage usage, bool withScores)
    {
        json.WriteStartObject();
        WireParts.WriteHead(json, head, "chat.completion");
        json.WriteStartArray("choices");
        for (var index = 0; index < answers.Count; index++)
        {
            json.WriteStartObject();
            json.WriteNumber("index", index);
            json.WriteStartObject("message");
            json.WriteString("role", "assistant");
            json.WriteString("content", answers[index].Text);
            json.WriteNull("refusal");
            json.WriteEndObject();
            WireParts.WriteChatScores(json, withScores ? answers[index].Scores : null, head.Tokens);
            json.WriteString("finish_reason", WireParts.Word(answers[index].Finish));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WireParts.WriteUsage(json, usage);
        json.WriteEndObject();
    }

    public void WriteOpening(Utf8JsonWriter json, AnswerHead head, int choice, bool withUsage) =>
        WriteChunk(json, head, choice, withUsage, null, finish: null, static (json, _) =>
        {
            json.WriteString("role", "assistant");
            json.WriteString("content", "");
        }, "");

    public void WritePiece(Utf8JsonWriter json, AnswerHead head, GenerationEvent piece, int offset, bool withScores, bool withUsage) =>
        WriteChunk(json, head, piece.Choice, withUsage, withScores ? piece.Scores : null, finish: null, static (json, text) => json.WriteString("content", text), piece.Text);

    public void WriteFinish(Utf8JsonWriter json, AnswerHead head, int choice, FinishReason reason, bool withUsage) =>
        WriteChunk(json, head, choice, withUsage, null, reason, static (_, _) => { }, "");

    public void WriteUsage(Utf8JsonWriter json, AnswerHead head, Usage usage)
    {
        json.WriteStartObject();
        WireParts.WriteHead(json, head, Chunk);
        json.WriteStartArray("choices");
        json.WriteEndArray();
        WireParts.WriteUsage(json, usage);
        json.WriteEndObject();
    }

    private static void WriteChunk(
        Utf8JsonWriter json, AnswerHead head, int choice, bool withUsage, IReadOnlyList<TokenScores>? scores, FinishReason? finish, Action<Utf8JsonWriter, string> writeDelta, string text)
    {
        json.WriteStartObject();
        WireParts.WriteHead(json, head, Chunk);
        json.WriteStartArray("choices");
        json.WriteStartObject();
        json.WriteNumber("index", choice);
        json.WriteStartObject("delta");
        writeDelta(json, text);
        json.WriteEndObject();
        WireParts.WriteChatScores(json, scores, head.Tokens);
        json.WriteString("finish_reason", WireParts.Word(finish));
        json.WriteEndObject();
        json.WriteEndArray();
        if (withUsage)
        {
            json.WriteNull("usage");
        }

        json.WriteEndObject();
    }
}
