using System.Text;
using LoraMesh.Model;
using LoraMesh.Text;

namespace LoraMesh.Evaluator.Contest;

/// <summary>
/// Greedy answers of all contestants to all rows, over one copy of the base model: rows of different contestants share
/// every step, and a finished one makes room at once.
/// </summary>
/// <param name="model">The base model.</param>
/// <param name="tokenizer">Its tokenizer.</param>
/// <param name="stops">Texts before which an answer ends.</param>
/// <param name="rows">What is asked.</param>
/// <param name="contestants">Who is asked.</param>
internal sealed class AnswerContest(CausalLm model, Tokenizer tokenizer, IReadOnlyList<string> stops, IReadOnlyList<HeldOutRow> rows, IReadOnlyList<Contestant> contestants)
{
    private const int MaxSessions = 48;

    private readonly HashSet<int> _stops = [.. model.Config.EosTokenIds];
    private readonly List<Entry> _active = [];

    // A stop text that has just been completed lies within this many tokens, none of which is without a byte.
    private readonly int _stopTokens = stops.Select(Encoding.UTF8.GetByteCount).DefaultIfEmpty().Max() + 4;
    private readonly float[] _logits = new float[MaxSessions * model.Config.VocabSize];

    internal void Run(Action<int> rowsDone, CancellationToken cancellationToken)
    {
        // Contestants lie together in a batch: the rows of one adapter share its products.
        var waiting = new Queue<(int Row, Contestant Contestant)>(
            Enumerable.Range(0, rows.Count).SelectMany(row => contestants.Select(contestant => (row, contestant))));
        try
        {
            while (waiting.Count > 0 || _active.Count > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                while (_active.Count < MaxSessions && waiting.TryDequeue(out var next))
                {
                    Admit(next.Row, next.Contestant);
                }

                rowsDone(Retire());
                Step();
            }
        }
        finally
        {
            _active.ForEach(entry => entry.Session.Dispose());
        }
    }

    private void Admit(int row, Contestant contestant)
    {
        var session = new DecoderSession(model, contestant.Adapter);
        var entry = new Entry(row, contestant, session);
        var after = _active.FindLastIndex(other => other.Contestant == contestant);
        _active.Insert(after < 0 ? _active.Count : after + 1, entry);
        entry.Tokens.Add(Highest(model.Prefill(session, rows[row].Prompt)));
    }

    private int Retire()
    {
        var done = _active.Where(IsDone).ToList();
        foreach (var entry in done)
        {
            entry.Contestant.Answers[entry.Row] = Cut(Text(entry.Tokens));
            entry.Session.Dispose();
            _active.Remove(entry);
        }

        return done.Count;
    }

    private bool IsDone(Entry entry) =>
        _stops.Contains(entry.Tokens[^1]) || entry.Tokens.Count >= rows[entry.Row].MaxNewTokens || (stops.Count > 0 && EndsInStop(entry.Tokens));

    private bool EndsInStop(List<int> tokens)
    {
        var tail = Text(tokens.Skip(Math.Max(0, tokens.Count - _stopTokens)));
        return stops.Any(stop => tail.Contains(stop, StringComparison.Ordinal));
    }

    private string Text(IEnumerable<int> tokens) => tokenizer.Decode(tokens.Where(id => !_stops.Contains(id)).ToList());

    private string Cut(string answer)
    {
        var end = stops.Select(stop => answer.IndexOf(stop, StringComparison.Ordinal)).Where(at => at >= 0).DefaultIfEmpty(answer.Length).Min();
        return answer[..end];
    }

    private void Step()
    {
        if (_active.Count == 0)
        {
            return;
        }

        model.Step([.. _active.Select(entry => entry.Session)], [.. _active.Select(entry => entry.Tokens[^1])], _logits);
        for (var i = 0; i < _active.Count; i++)
        {
            _active[i].Tokens.Add(Highest(_logits.AsSpan(i * model.Config.VocabSize, model.Config.VocabSize)));
        }
    }

    private static int Highest(ReadOnlySpan<float> logits)
    {
        var best = 0;
        for (var id = 1; id < logits.Length; id++)
        {
            if (logits[id] > logits[best])
            {
                best = id;
            }
        }

        return best;
    }

    private sealed record Entry(int Row, Contestant Contestant, DecoderSession Session)
    {
        internal List<int> Tokens { get; } = [];
    }
}
