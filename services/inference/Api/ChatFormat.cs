using System.Text.Json;
using LoraMesh.Inference.Engine;
using LoraMesh.Inference.Tools;

namespace LoraMesh.Inference.Api;

// chat.completion and chat.completion.chunk.
internal sealed class ChatFormat(ToolAnswer? tools) : IAnswerFormat
{
    private const string Chunk = "chat.completion.chunk";

    public string IdPrefix => "chatcmpl";

    public bool HasOpening => true;

    public ToolAnswer? Tools => tools;

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
            json.WriteString("content", answers[index].Calls.Count > 0 && answers[index].Text.Length == 0 ? null : answers[index].Text);
            json.WriteNull("refusal");
            WriteCalls(json, answers[index].Calls);
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
        WriteChunk(json, head, choice, withUsage, null, finish: null, (json, _) =>
        {
            json.WriteString("role", "assistant");
            json.WriteString("content", "");
        }, "");

    public void WritePiece(Utf8JsonWriter json, AnswerHead head, GenerationEvent piece, int offset, bool withScores, bool withUsage) =>
        WriteChunk(json, head, piece.Choice, withUsage, withScores ? piece.Scores : null, finish: null, (json, text) => json.WriteString("content", text), piece.Text);

    public void WriteCall(Utf8JsonWriter json, AnswerHead head, int choice, ToolCallPiece piece, bool withUsage) =>
        WriteChunk(json, head, choice, withUsage, null, finish: null, (json, _) =>
        {
            json.WriteStartArray("tool_calls");
            json.WriteStartObject();
            json.WriteNumber("index", piece.Call);
            if (piece.Id is not null)
            {
                json.WriteString("id", piece.Id);
                json.WriteString("type", "function");
            }

            json.WriteStartObject("function");
            if (piece.Name is not null)
            {
                json.WriteString("name", piece.Name);
            }

            json.WriteString("arguments", piece.Text);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndArray();
        }, "");

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

    private static void WriteCalls(Utf8JsonWriter json, IReadOnlyList<AnswerCall> calls)
    {
        if (calls.Count == 0)
        {
            return;
        }

        json.WriteStartArray("tool_calls");
        foreach (var call in calls)
        {
            json.WriteStartObject();
            json.WriteString("id", call.Id);
            json.WriteString("type", "function");
            json.WriteStartObject("function");
            json.WriteString("name", call.Name);
            json.WriteString("arguments", call.Arguments.ToString());
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
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
