using System.Text;
using LoraMesh.Model;
using LoraMesh.Text;

namespace LoraMesh.Evaluator.Contest;

/// <summary>
/// Greedy answers of all contestants to all rows, over one copy of the base model: rows of different contestants share
/// every step, and a finished one makes room at once. Where the dataset's own text begins with the prompt, its loss is measured on the
/// way, and the prompt computed once for both. What a contestant has already is not asked for again.
/// </summary>
/// <param name="model">The base model.</param>
/// <param name="tokenizer">Its tokenizer.</param>
/// <param name="stops">Texts before which an answer ends.</param>
/// <param name="rows">What is asked.</param>
/// <param name="losses">For each of them the row of the shard that begins with its prompt, and whose loss is measured with it; null where there is none.</param>
/// <param name="contestants">Who is asked.</param>
internal sealed class AnswerContest(
    CausalLm model, Tokenizer tokenizer, IReadOnlyList<string> stops, IReadOnlyList<HeldOutRow> rows, IReadOnlyList<LossRow?> losses, IReadOnlyList<Contestant> contestants)
{
    private const int MaxSessions = 48;

    // Together with one more prompt, if it is longer.
    private const int PrefillTokens = 2048;

    // Of keys and values; one sequence is always let in.
    private const long MaxCacheBytes = 1L << 30;

    private readonly HashSet<int> _stops = [.. model.Config.EosTokenIds];
    private readonly List<AskedEntry> _active = [];
    private readonly long _bytesPerToken = 2L * sizeof(float) * model.Config.NumHiddenLayers * model.Config.NumKeyValueHeads * model.Config.HeadDim;

    // A stop text that has just been completed lies within this many tokens, none of which is without a byte.
    private readonly int _stopTokens = stops.Select(Encoding.UTF8.GetByteCount).DefaultIfEmpty().Max() + 4;
    private readonly float[] _logits = new float[MaxSessions * model.Config.VocabSize];

    internal void Run(SharedPrefixes prefixes, Action<int> rowsDone, CancellationToken cancellationToken)
    {
        // Contestants lie together in a batch: the rows of one adapter share its products.
        var waiting = new Queue<(int Row, Contestant Contestant)>(
            Enumerable.Range(0, rows.Count).SelectMany(row => contestants.Where(contestant => contestant.Answers[row] is null).Select(contestant => (row, contestant))));
        try
        {
            while (waiting.Count > 0 || _active.Count > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                rowsDone(Admit(waiting, prefixes) + Retire());
                Step();
            }
        }
        finally
        {
            _active.ForEach(entry => entry.Session.Dispose());
        }
    }

    // What is admitted together is computed together, as far as it fits.
    private int Admit(Queue<(int Row, Contestant Contestant)> waiting, SharedPrefixes prefixes)
    {
        var (tokens, cached) = (0, _active.Sum(CacheBytes));
        while (_active.Count < MaxSessions && waiting.TryPeek(out var next))
        {
            var row = rows[next.Row];
            var loss = losses[next.Row] is { } unknown && !next.Contestant.IsMeasured(unknown.Index) ? unknown : null;
            var entry = new AskedEntry(row, next.Row, next.Contestant, loss);
            var own = entry.Fed.Length - prefixes.LengthOf(row);
            cached += CacheBytes(entry);
            if (_active.Count > 0 && ((tokens > 0 && tokens + own > PrefillTokens) || cached > MaxCacheBytes))
            {
                break;
            }

            waiting.Dequeue();
            tokens += own;
            var after = _active.FindLastIndex(other => other.Contestant == next.Contestant);
            entry.Start(prefixes);
            _active.Insert(after < 0 ? _active.Count : after + 1, entry);
        }

        var admitted = _active.Where(entry => entry.Tokens.Count == 0).ToList();
        if (admitted.Count == 0)
        {
            return 0;
        }

        int[] starts = [.. admitted.Select(entry => entry.Session.Length)];
        model.Prefill(
            [.. admitted.Select(entry => entry.Session)],
            [.. admitted.Select((entry, i) => entry.Fed[starts[i]..])],
            [.. admitted.Select((entry, i) => Array.ConvertAll(entry.Wanted, place => place - starts[i]))],
            (sequence, token, logits) => admitted[sequence].Read(token + starts[sequence], logits, IsDone));
        return admitted.Count(entry => entry.Settle());
    }

    private long CacheBytes(AskedEntry entry) => Math.Max(entry.Fed.Length, entry.Asked.Prompt.Length + entry.Asked.MaxNewTokens) * _bytesPerToken;

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

    private bool IsDone(AskedEntry entry) =>
        _stops.Contains(entry.Tokens[^1]) || entry.Tokens.Count >= entry.Asked.MaxNewTokens || (stops.Count > 0 && EndsInStop(entry.Tokens));

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
            for (var i = 0; i < _active.Count; i++)
            {
                _active[i].Take(_logits.AsSpan(i * model.Config.VocabSize, model.Config.VocabSize));
            }
        }
    }
}
