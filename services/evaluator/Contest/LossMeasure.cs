using LoraMesh.Formats;
using LoraMesh.Model;

namespace LoraMesh.Evaluator.Contest;

/// <summary>Losses of rows, those of all contestants together.</summary>
internal static class LossMeasure
{
    private const int TokensPerBatch = 2048;

    // Whether an adapter is applied shows in the first tokens, or else in some later ones.
    private const int ProbeTokens = 256;

    /// <summary>Measures what is not measured yet.</summary>
    /// <param name="model">The base model.</param>
    /// <param name="rows">Rows of the shard.</param>
    /// <param name="contestants">Who is measured.</param>
    /// <param name="prefixes">What rows begin with.</param>
    /// <param name="rowsDone">Hears of rows measured.</param>
    /// <param name="cancellationToken">Ends the work between two batches.</param>
    internal static void Measure(
        CausalLm model, IReadOnlyList<LossRow> rows, IReadOnlyList<Contestant> contestants, SharedPrefixes prefixes, Action<int> rowsDone, CancellationToken cancellationToken)
    {
        List<(LossRow Row, Contestant Contestant)> batch = [];
        var tokens = 0;
        foreach (var next in rows.SelectMany(row => contestants.Where(contestant => !contestant.IsMeasured(row.Index)).Select(contestant => (Row: row, Contestant: contestant))))
        {
            if (tokens > 0 && tokens + next.Row.Ids.Length > TokensPerBatch)
            {
                Flush();
            }

            batch.Add(next);
            tokens += next.Row.Ids.Length;
        }

        Flush();

        void Flush()
        {
            cancellationToken.ThrowIfCancellationRequested();
            // The rows of one contestant lie together and share its adapter's products.
            Measure(model, [.. contestants.SelectMany(contestant => batch.Where(entry => entry.Contestant == contestant))], prefixes);
            rowsDone(batch.Count);
            batch.Clear();
            tokens = 0;
        }
    }

    /// <summary>Largest difference of logits with and without the contestant's adapter over the first rows that show one; 0 if none does.</summary>
    internal static double LogitDifference(CausalLm model, TokenShard shard, Contestant contestant, CancellationToken cancellationToken)
    {
        var difference = 0.0;
        for (int row = 0, end; !(difference > 0) && row < shard.Rows; row = end)
        {
            cancellationToken.ThrowIfCancellationRequested();
            List<int> lengths = [];
            for (end = row; end < shard.Rows && (end == row || lengths.Sum() + shard.Ids(end).Length <= ProbeTokens); end++)
            {
                lengths.Add(shard.Ids(end).Length);
            }

            var ids = shard.InputIds.AsSpan((int)shard.RowOffsets[row], lengths.Sum());
            var batch = new TokenBatch(Array.ConvertAll(ids.ToArray(), id => (long)id), lengths);
            using var scope = TorchSharp.torch.NewDisposeScope();
            difference = (model.Logits(batch, contestant.Adapter) - model.Logits(batch, adapter: null)).abs_().max().item<float>();
        }

        return difference;
    }

    private static void Measure(CausalLm model, List<(LossRow Row, Contestant Contestant)> batch, SharedPrefixes prefixes)
    {
        foreach (var (row, contestant) in batch)
        {
            contestant.Losses[row.Index] = 0;
        }

        var fed = batch.Where(entry => entry.Row.Ids.Length > 0).ToList();
        if (fed.Count == 0)
        {
            return;
        }

        var sessions = new List<DecoderSession>();
        try
        {
            int[] starts = [.. fed.Select(entry => prefixes.LengthOf(entry.Row))];
            sessions.AddRange(fed.Select(entry => prefixes.Start(entry.Row, entry.Contestant)));
            model.Prefill(
                sessions,
                [.. fed.Select((entry, i) => entry.Row.Ids[starts[i]..])],
                [.. fed.Select((entry, i) => Array.ConvertAll(entry.Row.Places, place => place - starts[i]))],
                (sequence, token, logits) =>
                {
                    var (row, contestant) = fed[sequence];
                    contestant.Losses[row.Index] += row.LossAt(token + starts[sequence], logits);
                });
        }
        finally
        {
            sessions.ForEach(session => session.Dispose());
        }
    }
}
