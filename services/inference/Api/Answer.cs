using System.Text;
using LoraMesh.Inference.Engine;
using LoraMesh.Inference.Tools;

namespace LoraMesh.Inference.Api;

// One whole answer, put together from its pieces.
internal sealed class Answer(ToolCallReader? tools)
{
    private readonly StringBuilder _text = new();
    private readonly List<TokenScores> _scores = [];
    private readonly List<AnswerCall> _calls = [];

    public string Text => _text.ToString();

    public IReadOnlyList<TokenScores> Scores => _scores;

    public IReadOnlyList<AnswerCall> Calls => _calls;

    public int Tokens { get; private set; }

    public FinishReason? Finish { get; private set; }

    public void Add(GenerationEvent piece)
    {
        foreach (var part in Parts(tools, piece))
        {
            Add(part);
        }

        _scores.AddRange(piece.Scores);
        Tokens = piece.Tokens;
        Finish = Reason(tools, piece.Finish);
    }

    // What a piece of the answer says, with calls told from text.
    public static IEnumerable<ToolCallPiece> Parts(ToolCallReader? tools, GenerationEvent piece) =>
        tools is null ? [new ToolCallPiece(piece.Text)]
        : piece.Finish is null ? tools.Push(piece.Text)
        : [.. tools.Push(piece.Text), .. tools.Flush()];

    // Whoever calls has not stopped; whoever was cut off was cut off.
    public static FinishReason? Reason(ToolCallReader? tools, FinishReason? reason) =>
        reason == FinishReason.Stop && tools is { Calls: > 0 } ? FinishReason.ToolCalls : reason;

    private void Add(ToolCallPiece part)
    {
        if (part.Call < 0)
        {
            _text.Append(part.Text);
            return;
        }

        if (part.Id is not null)
        {
            _calls.Add(new AnswerCall(part.Id, part.Name!));
        }

        _calls[part.Call].Arguments.Append(part.Text);
    }
}
