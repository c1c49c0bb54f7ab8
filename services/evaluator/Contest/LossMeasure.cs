using LoraMesh.Formats;
using LoraMesh.Model;

namespace LoraMesh.Evaluator.Contest;

/// <summary>The held-out loss of a contestant, row by row.</summary>
internal static class LossMeasure
{
    private const int TokensPerBatch = 2048;

    /// <summary>Supervised tokens of a shard: those that some token before them predicts.</summary>
    internal static long SupervisedTokens(TokenShard shard) =>
        Batches(shard).Sum(batch => (long)SftObjective.SupervisedTokens(batch.Tokens, batch.Labels));

    internal static void Measure(CausalLm model, TokenShard shard, Contestant contestant, Action<int> rowsDone, CancellationToken cancellationToken)
    {
        foreach (var batch in Batches(shard))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var sums = SftObjective.LossSums(model, contestant.Adapter, batch.Tokens, batch.Labels);
            for (var i = 0; i < sums.Length; i++)
            {
                contestant.Losses[batch.Rows[i]] = sums[i];
            }

            rowsDone(sums.Length);
        }
    }

    /// <summary>Largest difference of logits with and without the contestant's adapter over the first rows.</summary>
    internal static double LogitDifference(CausalLm model, TokenShard shard, Contestant contestant)
    {
        var probe = Batches(shard).First();
        using var scope = TorchSharp.torch.NewDisposeScope();
        return (model.Logits(probe.Tokens, contestant.Adapter) - model.Logits(probe.Tokens, adapter: null)).abs_().max().item<float>();
    }

    private static IEnumerable<(TokenBatch Tokens, int[] Labels, int[] Rows)> Batches(TokenShard shard)
    {
        // Rows of like length lie together, so that they share operations.
        var order = Enumerable.Range(0, shard.Rows).OrderBy(row => shard.Ids(row).Length).ToList();
        for (var start = 0; start < order.Count;)
        {
            var rows = new List<int>();
            for (var tokens = 0; start < order.Count && (rows.Count == 0 || tokens + shard.Ids(order[start]).Length <= TokensPerBatch); start++)
            {
                rows.Add(order[start]);
                tokens += shard.Ids(order[start]).Length;
            }

            var ids = new List<long>();
            var labels = new List<int>();
            foreach (var row in rows)
            {
                foreach (var id in shard.Ids(row))
                {
                    ids.Add(id);
                }

                labels.AddRange(shard.RowLabels(row));
            }

            yield return (new TokenBatch([.. ids], [.. rows.Select(row => shard.Ids(row).Length)]), [.. labels], [.. rows]);
        }
    }
}
