using System.Text.Json;
using LoraMesh.Inference.Engine;
using LoraMesh.Inference.Tools;

namespace LoraMesh.Inference.Api;

// How answers look on the wire; chat and text completions differ in little else.
internal interface IAnswerFormat
{
    // Beginning of the ids.
    string IdPrefix { get; }

    // Whether each choice's stream begins with a chunk of its own.
    bool HasOpening { get; }

    // How calls of tools are found; null where none are looked for.
    ToolAnswer? Tools { get; }

    void WriteWhole(Utf8JsonWriter json, AnswerHead head, IReadOnlyList<Answer> answers, Usage usage, bool withScores);

    void WriteOpening(Utf8JsonWriter json, AnswerHead head, int choice, bool withUsage);

    void WritePiece(Utf8JsonWriter json, AnswerHead head, GenerationEvent piece, int offset, bool withScores, bool withUsage);

    void WriteCall(Utf8JsonWriter json, AnswerHead head, int choice, ToolCallPiece piece, bool withUsage);

    void WriteFinish(Utf8JsonWriter json, AnswerHead head, int choice, FinishReason reason, bool withUsage);

    void WriteUsage(Utf8JsonWriter json, AnswerHead head, Usage usage);
}
