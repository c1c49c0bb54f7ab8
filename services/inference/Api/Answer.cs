using System.Text;
using LoraMesh.Inference.Engine;

namespace LoraMesh.Inference.Api;

// One whole answer, put together from its pieces.
internal sealed class Answer
{
    private readonly StringBuilder _text = new();
    private readonly List<TokenScores> _scores = [];

    public string Text => _text.ToString();

    public IReadOnlyList<TokenScores> Scores => _scores;

    public int Tokens { get; private set; }

    public FinishReason? Finish { get; private set; }

    public void Add(GenerationEvent piece)
    {
        _text.Append(piece.Text);
        _scores.AddRange(piece.Scores);
        Tokens = piece.Tokens;
        Finish = piece.Finish;
    }
}
