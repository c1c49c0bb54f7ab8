using System.Text.Json;
using LoraMesh.Inference.Engine;
using LoraMesh.Inference.Tools;

namespace LoraMesh.Inference.Api;

// text_completion, the same kind of object whole and in chunks. Where prompts are echoed, each answer begins with its own.
internal sealed class TextFormat(IReadOnlyList<string>? echoes, int choicesPerPrompt) : IAnswerFormat
{
    private const string Kind = "text_completion";

    public string IdPrefix => "cmpl";

    public bool HasOpening => echoes is not null;

    public ToolAnswer? Tools => null;

    public void WriteWhole(Utf8JsonWriter json, AnswerHead head, IReadOnlyList<Answer> answers, Usage usage, bool withScores)
    {
        json.WriteStartObject();
        WireParts.WriteHead(json, head, Kind);
        json.WriteStartArray("choices");
        for (var index = 0; index < answers.Count; index++)
        {
            WriteChoice(json, head, index, Echo(index) + answers[index].Text, withScores ? answers[index].Scores : null, offset: 0, answers[index].Finish);
        }

        json.WriteEndArray();
        WireParts.WriteUsage(json, usage);
        json.WriteEndObject();
    }

    public void WriteOpening(Utf8JsonWriter json, AnswerHead head, int choice, bool withUsage) =>
        WriteChunk(json, head, choice, Echo(choice), scores: null, offset: 0, finish: null, withUsage);

    public void WritePiece(Utf8JsonWriter json, AnswerHead head, GenerationEvent piece, int offset, bool withScores, bool withUsage) =>
        WriteChunk(json, head, piece.Choice, piece.Text, withScores ? piece.Scores : null, offset, finish: null, withUsage);

    public void WriteCall(Utf8JsonWriter json, AnswerHead head, int choice, ToolCallPiece piece, bool withUsage) =>
        throw new InvalidOperationException("Text completions call no tools.");

    public void WriteFinish(Utf8JsonWriter json, AnswerHead head, int choice, FinishReason reason, bool withUsage) =>
        WriteChunk(json, head, choice, "", scores: null, offset: 0, reason, withUsage);

    public void WriteUsage(Utf8JsonWriter json, AnswerHead head, Usage usage)
    {
        json.WriteStartObject();
        WireParts.WriteHead(json, head, Kind);
        json.WriteStartArray("choices");
        json.WriteEndArray();
        WireParts.WriteUsage(json, usage);
        json.WriteEndObject();
    }

    private string Echo(int choice) => echoes?[choice / choicesPerPrompt] ?? "";

    private static void WriteChunk(
        Utf8JsonWriter json, AnswerHead head, int choice, string text, IReadOnlyList<TokenScores>? scores, int offset, FinishReason? finish, bool withUsage)
    {
        json.WriteStartObject();
        WireParts.WriteHead(json, head, Kind);
        json.WriteStartArray("choices");
        WriteChoice(json, head, choice, text, scores, offset, finish);
        json.WriteEndArray();
        if (withUsage)
        {
            json.WriteNull("usage");
        }

        json.WriteEndObject();
    }

    private static void WriteChoice(Utf8JsonWriter json, AnswerHead head, int choice, string text, IReadOnlyList<TokenScores>? scores, int offset, FinishReason? finish)
    {
        json.WriteStartObject();
        json.WriteString("text", text);
        json.WriteNumber("index", choice);
        WireParts.WriteTextScores(json, scores, head.Tokens, offset);
        json.WriteString("finish_reason", WireParts.Word(finish));
        json.WriteEndObject();
    }
}
