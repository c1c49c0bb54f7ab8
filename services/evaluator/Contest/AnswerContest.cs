using System.Text;
using LoraMesh.Model;
using LoraMesh.Text;

namespace LoraMesh.Evaluator.Contest;

/// <summary>
/// Greedy answers of all contestants to all rows, over one copy of the base model: rows of different contestants share
/// every step, and a finished one makes room at once. Answers that a contestant has already are not asked for again.
/// </summary>
/// <param name="model">The base model.</param>
/// <param name="tokenizer">Its tokenizer.</param>
/// <param name="stops">Texts before which an answer ends.</param>
/// <param name="rows">What is asked.</param>
/// <param name="contestants">Who is asked.</param>
internal sealed class AnswerContest(CausalLm model, Tokenizer tokenizer, IReadOnlyList<string> stops, IReadOnlyList<HeldOutRow> rows, IReadOnlyList<Contestant> contestants)
{
    private const int MaxSessions = 48;

    // Together with one more prompt, if it is longer.
    private const int PrefillTokens = 2048;

    // Of keys and values; one sequence is always let in.
    private const long MaxCacheBytes = 1L << 30;

    private readonly HashSet<int> _stops = [.. model.Config.EosTokenIds];
    private readonly List<Entry> _active = [];
    private readonly long _bytesPerToken = 2L * sizeof(float) * model.Config.NumHiddenLayers * model.Config.NumKeyValueHeads * model.Config.HeadDim;

    // A stop text that has just been completed lies within this many tokens, none of which is without a byte.
    private readonly int _stopTokens = stops.Select(Encoding.UTF8.GetByteCount).DefaultIfEmpty().Max() + 4;
    private readonly float[] _logits = new float[MaxSessions * model.Config.VocabSize];

    internal void Run(Action<int> rowsDone, CancellationToken cancellationToken)
    {
        // Contestants lie together in a batch: the rows of one adapter share its products.
        var waiting = new Queue<(int Row, Contestant Contestant)>(
            Enumerable.Range(0, rows.Count).SelectMany(row => contestants.Where(contestant => contestant.Answers[row] is null).Select(contestant => (row, contestant))));
        using var prefixes = new SharedPrefixes(model, rows);
        try
        {
            while (waiting.Count > 0 || _active.Count > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Admit(waiting, prefixes);
                rowsDone(Retire());
                Step();
            }
        }
        finally
        {
            _active.ForEach(entry => entry.Session.Dispose());
        }
    }

    // What is admitted together is computed together, as far as it fits.
    private void Admit(Queue<(int Row, Contestant Contestant)> waiting, SharedPrefixes prefixes)
    {
        var (tokens, cached) = (0, _active.Sum(CacheBytes));
        while (_active.Count < MaxSessions && waiting.TryPeek(out var next))
        {
            var row = rows[next.Row];
            var own = row.Prompt.Length - prefixes.LengthOf(row);
            cached += (row.Prompt.Length + row.MaxNewTokens) * _bytesPerToken;
            if (_active.Count > 0 && ((tokens > 0 && tokens + own > PrefillTokens) || cached > MaxCacheBytes))
            {
                break;
            }

            waiting.Dequeue();
            tokens += own;
            var after = _active.FindLastIndex(other => other.Contestant == next.Contestant);
            _active.Insert(after < 0 ? _active.Count : after + 1, new Entry(next.Row, next.Contestant, prefixes.Start(row, next.Contestant)));
        }

        var admitted = _active.Where(entry => entry.Tokens.Count == 0).ToList();
        if (admitted.Count > 0)
        {
            model.Prefill([.. admitted.Select(entry => entry.Session)], [.. admitted.Select(entry => rows[entry.Row].Prompt[prefixes.LengthOf(rows[entry.Row])..])], _logits);
            Take(admitted);
        }
    }

    private long CacheBytes(Entry entry) => (rows[entry.Row].Prompt.Length + rows[entry.Row].MaxNewTokens) * _bytesPerToken;

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
        if (_active.Count > 0)
        {
            model.Step([.. _active.Select(entry => entry.Session)], [.. _active.Select(entry => entry.Tokens[^1])], _logits);
            Take(_active);
        }
    }

    private void Take(List<Entry> entries)
    {
        for (var i = 0; i < entries.Count; i++)
        {
            entries[i].Tokens.Add(Highest(_logits.AsSpan(i * model.Config.VocabSize, model.Config.VocabSize)));
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
